// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import io.fieldline.agent.config.ListenerTls;
import io.fieldline.agent.config.ListenerTls.ClientCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// TLS of the listeners for sensors. A certificate that a sensor shows is trusted if a child of the
/// configuration has its fingerprint, whoever signed it.
public final class LocalTls {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private final SSLContext context;
  private final boolean required;

  /// Reads certificate and key.
  ///
  /// @throws IOException naming the file that is not what it should be
  public LocalTls(ListenerTls config, Children children) throws IOException {
    this.required = config.clientCertificates() == ClientCertificates.REQUIRED;
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("agent", key(config.key()), new char[0], chain(config.certificate()));
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      this.context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new Known(children)}, null);
    } catch (GeneralSecurityException e) {
      throw new IOException("listenerTls: " + e.getMessage(), e);
    }
  }

  /// For the servers.
  public SSLContext context() {
    return context;
  }

  /// Whether a sensor without certificate is turned away.
  public boolean isCertificateRequired() {
    return required;
  }

  private static PrivateKey key(Path file) throws IOException {
    Matcher pem = PKCS8.matcher(Files.readString(file));
    if (!pem.find()) {
      throw new IOException(
          "listenerTls.key: a PEM file with BEGIN PRIVATE KEY (PKCS#8) expected in "
              + file
              + "; openssl pkcs8 -topk8 -nocrypt makes it of others");
    }
    var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        continue;
      } catch (GeneralSecurityException e) {
        throw new IOException("listenerTls.key: " + e.getMessage(), e);
      }
    }
    throw new IOException("listenerTls.key: a key of EC, RSA or Ed25519 expected in " + file);
  }

  private static Certificate[] chain(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var chain = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (chain.isEmpty()) {
        throw new IOException("listenerTls.certificate: a PEM certificate expected in " + file);
      }
      return chain.toArray(Certificate[]::new);
    } catch (CertificateException e) {
      throw new IOException(
          "listenerTls.certificate: a PEM certificate expected in " + file + ": " + e.getMessage(),
          e);
    }
  }

  /// Trusts what is known by its fingerprint.
  private record Known(Children children) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      if (children.byCertificate(chain[0]).isEmpty()) {
        throw new CertificateException(
            "no child of the configuration has the certificate with SHA-256 "
                + Children.fingerprint(chain[0]));
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("the agent's listeners connect to nobody");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
