// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Private keys in PEM files, in each of the three forms that AWS and OpenSSL write.
///
/// Source: RFC 5208 (PKCS #8), RFC 8017 A.1.2 (RSA), RFC 5915 (EC).
public final class PrivateKeys {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final byte[] VERSION_0 = {2, 1, 0};

  private PrivateKeys() {}

  /// The key of a file, of the kind of the certificate's key.
  ///
  /// @throws IOException if there is none, or one of another kind
  public static PrivateKey read(Path file, PublicKey belongsTo) throws IOException {
    Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IOException(file + ": a private key in PEM expected, the file holds none");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.group(2));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": base64 expected in the key: " + e.getMessage(), e);
    }
    byte[] pkcs8 =
        switch (pem.group(1)) {
          case "PRIVATE KEY" -> der;
          case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> wrapped(der, belongsTo);
          default ->
              throw new IOException(
                  file + ": a key that is not encrypted expected, got " + pem.group(1));
        };
    try {
      return KeyFactory.getInstance(belongsTo.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          file
              + ": a key of the certificate's kind ("
              + belongsTo.getAlgorithm()
              + ") expected, got another: "
              + e.getMessage(),
          e);
    }
  }

  /// PKCS #8 names the algorithm before the key, as the certificate does.
  private static byte[] wrapped(byte[] der, PublicKey belongsTo) {
    byte[] info = belongsTo.getEncoded();
    int algorithm = 1 + lengthBytes(info, 1);
    int end = algorithm + 1 + lengthBytes(info, algorithm + 1) + length(info, algorithm + 1);
    var content = new ByteArrayOutputStream();
    content.writeBytes(VERSION_0);
    content.writeBytes(Arrays.copyOfRange(info, algorithm, end));
    content.writeBytes(element(OCTET_STRING, der));
    return element(SEQUENCE, content.toByteArray());
  }

  private static int lengthBytes(byte[] der, int at) {
    return (der[at] & 0x80) == 0 ? 1 : 1 + (der[at] & 0x7f);
  }

  private static int length(byte[] der, int at) {
    if ((der[at] & 0x80) == 0) {
      return der[at];
    }
    int length = 0;
    for (int i = 1; i < lengthBytes(der, at); i++) {
      length = length << 8 | der[at + i] & 0xff;
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    var element = new ByteArrayOutputStream();
    element.write(tag);
    if (content.length < 0x80) {
      element.write(content.length);
    } else {
      element.write(0x82);
      element.write(content.length >> 8);
      element.write(content.length & 0xff);
    }
    element.writeBytes(content);
    return element.toByteArray();
  }

  /// Whether what the one signs the other verifies.
  public static boolean belongTogether(PrivateKey key, PublicKey other) {
    String algorithm =
        switch (other.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> other.getAlgorithm();
        };
    byte[] text = "fieldline".getBytes(StandardCharsets.UTF_8);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      // A new one: a key in a token is signed with by a provider that verifies nothing.
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(other);
      verifier.update(text);
      return verifier.verify(signed);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
