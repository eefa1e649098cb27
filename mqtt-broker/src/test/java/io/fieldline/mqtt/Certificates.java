// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A certificate authority for one test.
final class Certificates {
  private static final char[] NO_PASSWORD = new char[0];

  private final Issued authority;

  /// @param chain the certificate, and those above it
  record Issued(KeyPair keys, X509Certificate[] chain) {
    X509Certificate certificate() {
      return chain[0];
    }
  }

  private Certificates(Issued authority) {
    this.authority = authority;
  }

  static Certificates create(String name) throws GeneralSecurityException {
    KeyPair keys = keys();
    return new Certificates(new Issued(keys, new X509Certificate[] {sign(name, keys, null)}));
  }

  X509Certificate certificate() {
    return authority.certificate();
  }

  Issued issue(String name) throws GeneralSecurityException {
    KeyPair keys = keys();
    var certificate = sign(name, keys, authority);
    return new Issued(keys, new X509Certificate[] {certificate, authority.certificate()});
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static X509Certificate sign(String name, KeyPair keys, @Nullable Issued issuer)
      throws GeneralSecurityException {
    var subject = new X500Name("CN=" + name);
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer == null
                ? subject
                : new X500Name(issuer.certificate().getSubjectX500Principal().getName()),
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofHours(1))),
            subject,
            keys.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(issuer == null));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
      var signer =
          new JcaContentSignerBuilder("SHA256withECDSA")
              .build(issuer == null ? keys.getPrivate() : issuer.keys().getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /// What a client needs who trusts this authority.
  ///
  /// @param own its certificate; null for none
  SSLContext client(@Nullable Issued own) throws GeneralSecurityException, IOException {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var keyStore = KeyStore.getInstance("PKCS12");
    keyStore.load(null, null);
    if (own != null) {
      keyStore.setKeyEntry("own", own.keys().getPrivate(), NO_PASSWORD, own.chain());
    }
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keyStore, NO_PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
