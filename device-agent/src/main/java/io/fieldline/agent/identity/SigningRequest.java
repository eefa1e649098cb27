// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/// A certificate signing request for an elliptic curve key, so that the key need not leave.
///
/// Source: RFC 2986 (PKCS #10), section 4; RFC 5758, section 3.2 (ecdsa-with-SHA256 has no
/// parameters); X.690 for the encoding.
final class SigningRequest {
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] NO_ATTRIBUTES = {(byte) 0xa0, 0};
  private static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
  private static final byte[] ECDSA_WITH_SHA256 = {
    6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2
  };
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int UTF8_STRING = 0x0c;
  private static final int BIT_STRING = 3;

  private SigningRequest() {}

  /// The request in PEM form.
  ///
  /// @param commonName whose it is to be; AWS IoT keeps it as the certificate's subject
  static String pem(KeyPair pair, String commonName) throws GeneralSecurityException {
    byte[] name =
        element(
            SEQUENCE,
            element(
                SET,
                element(
                    SEQUENCE,
                    COMMON_NAME,
                    element(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8)))));
    byte[] info = element(SEQUENCE, VERSION_0, name, pair.getPublic().getEncoded(), NO_ATTRIBUTES);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(info);
    byte[] request =
        element(
            SEQUENCE,
            info,
            element(SEQUENCE, ECDSA_WITH_SHA256),
            element(BIT_STRING, new byte[] {0}, signer.sign()));
    return Pem.text("CERTIFICATE REQUEST", request);
  }

  private static byte[] element(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length < 0x80) {
      element.write(length);
    } else if (length < 0x100) {
      element.write(0x81);
      element.write(length);
    } else {
      element.write(0x82);
      element.write(length >> 8);
      element.write(length);
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
