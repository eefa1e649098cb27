// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.iot.CertificateAuthority;
import io.fieldline.localstack.iot.Certificates;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS as devices meet it: the stack shows a certificate of its own authority; the client must show
/// one that is registered and active, whoever signed it.
final class DeviceTls {
  private DeviceTls() {}

  static SslContext context(
      CertificateAuthority authority, Certificates certificates, List<String> hostNames)
      throws SSLException {
    var identity = authority.issueServer(hostNames);
    return SslContextBuilder.forServer(
            identity.key(), identity.certificate(), authority.certificate())
        .trustManager(new RegisteredOnly(certificates))
        .clientAuth(ClientAuth.REQUIRE)
        .protocols("TLSv1.3", "TLSv1.2")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                "x-amzn-mqtt-ca",
                "mqtt"))
        .build();
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
