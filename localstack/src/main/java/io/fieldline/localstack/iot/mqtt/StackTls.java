// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.iot.CertificateAuthority;
import io.fieldline.localstack.iot.Certificates;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// TLS of the stack's ports, with a certificate of its own authority. A client's certificate counts
/// where it is registered and active, whoever signed it.
///
/// Made of the JDK's parts and not by Netty's builder, which at its first use takes a third of the
/// stack's whole start.
public final class StackTls {
  private static final List<String> MQTT = List.of("x-amzn-mqtt-ca", "mqtt");
  private static final List<String> MQTT_OR_HTTP =
      List.of("x-amzn-mqtt-ca", "x-amzn-http-ca", "mqtt", "http/1.1");

  private final SslContext devices;
  private final SslContext everybody;

  StackTls(CertificateAuthority authority, Certificates certificates, List<String> hostNames)
      throws SSLException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new Identity(authority.issueServer(hostNames), authority)},
          new TrustManager[] {new RegisteredOnly(certificates)},
          null);
      devices = of(context, ClientAuth.REQUIRE, MQTT);
      everybody = of(context, ClientAuth.OPTIONAL, MQTT_OR_HTTP);
    } catch (GeneralSecurityException e) {
      throw new SSLException("no TLS for this stack", e);
    }
  }

  private static SslContext of(SSLContext context, ClientAuth clients, List<String> protocols) {
    return new JdkSslContext(
        context,
        false,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            protocols),
        clients,
        new String[] {"TLSv1.3", "TLSv1.2"},
        false);
  }

  /// For port 8883: a client must show its certificate.
  public SslContext devices() {
    return devices;
  }

  /// For the port of everything else: browsers and the AWS command line show none.
  public SslContext everybody() {
    return everybody;
  }

  /// The one certificate that the stack shows, whatever name it is called by.
  private static final class Identity extends X509ExtendedKeyManager {
    private static final String ALIAS = "stack";

    private final PrivateKey key;
    private final X509Certificate[] chain;

    Identity(CertificateAuthority.ServerIdentity own, CertificateAuthority authority) {
      this.key = own.key();
      this.chain = new X509Certificate[] {own.certificate(), authority.certificate()};
    }

    private @Nullable String alias(String keyType) {
      return keyType.startsWith(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      return alias(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      return alias(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return alias(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }
  }

  /// AWS looks a certificate up by what it is, not by who signed it.
  private static final class RegisteredOnly extends X509ExtendedTrustManager {
    private final Certificates certificates;

    RegisteredOnly(Certificates certificates) {
      this.certificates = certificates;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      chain[0].checkValidity();
      if (certificates.activeId(chain[0]).isEmpty()) {
        throw new CertificateException("the certificate is not registered and active");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this side is the server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("this side is the server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this side is the server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
