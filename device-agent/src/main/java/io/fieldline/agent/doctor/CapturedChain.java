// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Takes any server's chain, so that it can be looked at and judged afterwards: nothing may be sent
/// over the connection before that.
final class CapturedChain extends X509ExtendedTrustManager {
  private volatile List<X509Certificate> chain = List.of();

  /// The server's own certificate first; empty before the handshake.
  List<X509Certificate> certificates() {
    return chain;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] certificates, String type, Socket socket) {
    chain = List.of(certificates);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] certificates, String type, SSLEngine engine) {
    chain = List.of(certificates);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] certificates, String type) {
    chain = List.of(certificates);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] certificates, String type, Socket socket) {
    throw new UnsupportedOperationException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] certificates, String type, SSLEngine engine) {
    throw new UnsupportedOperationException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] certificates, String type) {
    throw new UnsupportedOperationException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
