// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority of the test, a server's and a device's certificate, as PEM files:
/// `ca.pem`, `cert.pem`, `key.pem`.
public final class Credentials {
  private final Path folder;
  private final KeyPair authority;
  private final SSLContext serverContext;
  private final Map<String, Sensor> sensors = new ConcurrentHashMap<>();
  private final X500Name issuer = new X500Name("CN=test authority");

  /// Written to that folder.
  public Credentials(Path folder) throws IOException, GeneralSecurityException {
    this.folder = folder;
    this.authority = pair();
    try {
      var self = builder(issuer, authority);
      self.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      pem("ca.pem", "CERTIFICATE", sign(self).getEncoded());
      var server = pair();
      var names = builder(new X500Name("CN=localhost"), server);
      names.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
      serverContext = context(server, sign(names).getEncoded(), sign(self).getEncoded());
      var device = pair();
      pem("cert.pem", "CERTIFICATE", sign(builder(new X500Name("CN=gw"), device)).getEncoded());
      pem("key.pem", "PRIVATE KEY", device.getPrivate().getEncoded());
    } catch (OperatorCreationException | CertIOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /// Gives the device a certificate of this authority that is over since a minute.
  public void expire() throws IOException, GeneralSecurityException {
    Instant now = Instant.now();
    var device = pair();
    try {
      var over =
          new JcaX509v3CertificateBuilder(
              issuer,
              BigInteger.valueOf(System.nanoTime()),
              Date.from(now.minusSeconds(3600)),
              Date.from(now.minusSeconds(60)),
              new X500Name("CN=gw"),
              device.getPublic());
      pem("cert.pem", "CERTIFICATE", sign(over).getEncoded());
      pem("key.pem", "PRIVATE KEY", device.getPrivate().getEncoded());
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /// The server's side of mutual TLS: it trusts this authority's devices only.
  SSLContext serverContext() {
    return serverContext;
  }

  /// The certificate of a sensor, which only its own key has signed.
  X509Certificate client(String name) throws GeneralSecurityException, IOException {
    return sensors.computeIfAbsent(name, this::sensor).certificate;
  }

  /// A sensor's side of TLS with the agent: it shows its certificate and trusts anything.
  SSLContext clientContext(String name) throws GeneralSecurityException, IOException {
    Sensor sensor = sensors.computeIfAbsent(name, this::sensor);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "sensor", sensor.pair.getPrivate(), new char[0], new Certificate[] {sensor.certificate});
    var keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustingAll(), null);
    return context;
  }

  private record Sensor(KeyPair pair, X509Certificate certificate) {}

  private Sensor sensor(String name) {
    try {
      KeyPair pair = pair();
      byte[] own =
          builder(new X500Name("CN=" + name), pair)
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded();
      var factory = CertificateFactory.getInstance("X.509");
      return new Sensor(
          pair, (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(own)));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Trusts any server, also under another name.
  static TrustManager[] trustingAll() {
    return new TrustManager[] {
      new X509ExtendedTrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      }
    };
  }

  private static SSLContext context(KeyPair server, byte[] certificate, byte[] authority)
      throws GeneralSecurityException, IOException {
    var factory = CertificateFactory.getInstance("X.509");
    var own = factory.generateCertificate(new ByteArrayInputStream(certificate));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("server", server.getPrivate(), new char[0], new Certificate[] {own});
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca", factory.generateCertificate(new ByteArrayInputStream(authority)));
    var keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, new char[0]);
    var trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private X509v3CertificateBuilder builder(X500Name subject, KeyPair pair) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.valueOf(System.nanoTime()),
        Date.from(now.minusSeconds(3600)),
        Date.from(now.plusSeconds(3600)),
        subject,
        pair.getPublic());
  }

  private X509CertificateHolder sign(X509v3CertificateBuilder builder)
      throws OperatorCreationException {
    return builder.build(
        new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
  }

  private void pem(String file, String type, byte[] der) throws IOException {
    var text = new StringWriter();
    text.write("-----BEGIN " + type + "-----\n");
    text.write(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    text.write("\n-----END " + type + "-----\n");
    Files.writeString(folder.resolve(file), text.toString());
  }
}
