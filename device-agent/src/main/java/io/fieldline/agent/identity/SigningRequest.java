// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.pkcs11.Der;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/// A certificate signing request for an elliptic curve or RSA key, so that the key need not leave.
///
/// Source: RFC 2986 (PKCS #10), section 4; RFC 5758, section 3.2 (ecdsa-with-SHA256 has no
/// parameters); RFC 4055, section 5 (those of sha256WithRSAEncryption are NULL).
final class SigningRequest {
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] NO_ATTRIBUTES = {(byte) 0xa0, 0};
  private static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
  private static final byte[] ECDSA_WITH_SHA256 = {
    6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2
  };

  private static final byte[] SHA256_WITH_RSA = {
    6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 0x0b, 5, 0
  };

  private SigningRequest() {}

  /// The request in PEM form.
  ///
  /// @param commonName whose it is to be; AWS IoT keeps it as the certificate's subject
  static String pem(KeyPair pair, String commonName) throws GeneralSecurityException {
    byte[] name =
        Der.element(
            Der.SEQUENCE,
            Der.element(
                Der.SET,
                Der.element(
                    Der.SEQUENCE,
                    COMMON_NAME,
                    Der.element(Der.UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8)))));
    byte[] info =
        Der.element(Der.SEQUENCE, VERSION_0, name, pair.getPublic().getEncoded(), NO_ATTRIBUTES);
    boolean isRsa = pair.getPublic().getAlgorithm().equals("RSA");
    Signature signer = Signature.getInstance(isRsa ? "SHA256withRSA" : "SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(info);
    byte[] request =
        Der.element(
            Der.SEQUENCE,
            info,
            Der.element(Der.SEQUENCE, isRsa ? SHA256_WITH_RSA : ECDSA_WITH_SHA256),
            Der.element(Der.BIT_STRING, new byte[] {0}, signer.sign()));
    return Pem.text("CERTIFICATE REQUEST", request);
  }
}
