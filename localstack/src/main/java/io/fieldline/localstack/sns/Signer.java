// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.store.Store;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.h2.mvstore.MVMap;

/// Signs messages with a key of this stack, whose certificate the stack serves. Thread-safe.
///
/// Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
final class Signer {
  private static final String PREFIX = "/SimpleNotificationService-";

  private final MVMap<String, Kept> keys;

  Signer(Store store) {
    this.keys = store.map("sns.signing", Kept.class);
  }

  /// @param id names the certificate
  /// @param key PKCS #8, base64
  /// @param certificate in PEM form
  record Kept(String id, String key, String certificate) {
    PrivateKey signing() {
      try {
        return KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the kept key cannot be read", e);
      }
    }
  }

  /// Where the certificate is served.
  String certificatePath() {
    return PREFIX + kept().id() + ".pem";
  }

  /// The certificate, if the path is its own.
  java.util.Optional<String> certificate(String path) {
    return path.startsWith(PREFIX) && path.equals(certificatePath())
        ? java.util.Optional.of(kept().certificate())
        : java.util.Optional.empty();
  }

  /// @param members that are signed: each name and value on a line of its own, in the names' order
  /// @param version 1 for SHA-1, 2 for SHA-256
  String sign(Map<String, String> members, int version) {
    var text = new StringBuilder();
    new TreeMap<>(members)
        .forEach((name, value) -> text.append(name).append('\n').append(value).append('\n'));
    try {
      Signature signature = Signature.getInstance(version == 2 ? "SHA256withRSA" : "SHA1withRSA");
      signature.initSign(kept().signing());
      signature.update(text.toString().getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a message cannot be signed", e);
    }
  }

  private synchronized Kept kept() {
    Kept known = keys.get("key");
    if (known == null) {
      known = generate();
      keys.put("key", known);
    }
    return known;
  }

  /// Valid from the start of its century: a certificate that is only compared, never renewed.
  private static Kept generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      byte[] digest =
          java.security.MessageDigest.getInstance("SHA-256").digest(pair.getPublic().getEncoded());
      var name = new X500Name("CN=Fieldline Local SNS,O=Fieldline");
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(1, digest).shiftRight(129).add(BigInteger.ONE),
              Date.from(Instant.parse("2020-01-01T00:00:00Z")),
              Date.from(Instant.parse("2099-12-31T23:59:59Z")),
              name,
              pair.getPublic());
      byte[] certificate =
          builder
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
              .getEncoded();
      return new Kept(
          java.util.HexFormat.of().formatHex(digest, 0, 16),
          Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()),
          pem(certificate));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("no RSA key and certificate", e);
    }
  }

  private static String pem(byte[] certificate) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new PemObject("CERTIFICATE", certificate));
    }
    return text.toString();
  }
}
