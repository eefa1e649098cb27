// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// A public key whose owner may say what this agent is replaced by.
///
/// Source: RFC 8410 for Ed25519, RFC 5480 for P-256, both as SubjectPublicKeyInfo in PEM.
public final class UpdateKey {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";
  private static final int P_256_BITS = 256;

  private final PublicKey key;
  private final String algorithm;

  private UpdateKey(PublicKey key, String algorithm) {
    this.key = key;
    this.algorithm = algorithm;
  }

  /// The key in a file.
  ///
  /// @throws IOException saying what was expected, if there is none
  public static UpdateKey read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int from = text.indexOf(BEGIN);
    int to = text.indexOf(END);
    if (from >= 0 && to > from) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(text.substring(from + BEGIN.length(), to));
        return of(new X509EncodedKeySpec(der));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        // The same message for all that is no such key.
      }
    }
    throw new IOException(
        "a public key in PEM expected, Ed25519 or ECDSA P-256 ('" + BEGIN + "'), got another file");
  }

  private static UpdateKey of(X509EncodedKeySpec spec) throws GeneralSecurityException {
    try {
      return new UpdateKey(KeyFactory.getInstance("Ed25519").generatePublic(spec), "Ed25519");
    } catch (GeneralSecurityException e) {
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(spec);
      if (key instanceof ECPublicKey ec
          && ec.getParams().getCurve().getField().getFieldSize() == P_256_BITS) {
        return new UpdateKey(key, "SHA256withECDSA");
      }
      throw e;
    }
  }

  /// What is signed: a text that says what it is for, so that a signature for something else does
  /// not fit.
  public static byte[] signed(String sha256) {
    return ("fieldline-agent update sha256:" + sha256).getBytes(StandardCharsets.US_ASCII);
  }

  /// Whether the key's owner has signed the archive of that digest.
  public boolean hasSigned(String sha256, byte[] signature) {
    try {
      Signature check = Signature.getInstance(algorithm);
      check.initVerify(key);
      check.update(signed(sha256));
      return check.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
