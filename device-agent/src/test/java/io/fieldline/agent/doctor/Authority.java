// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
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
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority that issues also what no good one would: expired, too early, under
/// another name.
final class Authority {
  private final X500Name name;
  private final KeyPair pair = pair("EC", 256);
  private final X509Certificate certificate;

  Authority(String name) throws Exception {
    this.name = new X500Name("CN=" + name);
    this.certificate = issue(this.name, pair, Validity.NOW, "");
  }

  /// When a certificate is valid.
  enum Validity {
    NOW(-3600, 20 * 86_400),
    FOR_A_YEAR(-3600, 365 * 86_400),
    OVER(-7200, -3600),
    LATER(3600, 7200);

    private final long fromSeconds;
    private final long toSeconds;

    Validity(long fromSeconds, long toSeconds) {
      this.fromSeconds = fromSeconds;
      this.toSeconds = toSeconds;
    }
  }

  static KeyPair pair(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  X509Certificate certificate() {
    return certificate;
  }

  X509Certificate issue(String subject, KeyPair of, Validity validity, String dnsName)
      throws Exception {
    return issue(new X500Name("CN=" + subject), of, validity, dnsName);
  }

  private X509Certificate issue(X500Name subject, KeyPair of, Validity validity, String dnsName)
      throws Exception {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(System.nanoTime()),
            Date.from(now.plusSeconds(validity.fromSeconds)),
            Date.from(now.plusSeconds(validity.toSeconds)),
            subject,
            of.getPublic());
    if (subject.equals(name)) {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    }
    if (!dnsName.isEmpty()) {
      var names = new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName));
      builder.addExtension(Extension.subjectAlternativeName, false, names);
    }
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  /// A server's side of mutual TLS, which trusts the devices of another authority.
  SSLContext server(String dnsName, Validity validity, Authority devices) throws Exception {
    KeyPair own = pair("EC", 256);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    Certificate[] chain = {issue(dnsName, own, validity, dnsName)};
    keys.setKeyEntry("server", own.getPrivate(), new char[0], chain);
    keys.setCertificateEntry("ca", devices.certificate);
    var keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", devices.certificate);
    var trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  static void pem(Path file, String type, byte[] der) throws Exception {
    var text = new StringWriter();
    text.write("-----BEGIN " + type + "-----\n");
    text.write(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    text.write("\n-----END " + type + "-----\n");
    Files.writeString(file, text.toString());
  }
}
