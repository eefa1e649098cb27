// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What carries a connection, known before its first packet.
///
/// @param certificates the client's chain, its own first; empty without client authentication
/// @param serverName the host name that the client asked for (SNI)
/// @param applicationProtocol what ALPN agreed on, such as {@code x-amzn-mqtt-ca}
/// @param upgrade the HTTP request that became this WebSocket
public record TransportDetails(
    InetSocketAddress remote,
    InetSocketAddress local,
    List<X509Certificate> certificates,
    @Nullable String serverName,
    @Nullable String applicationProtocol,
    @Nullable HttpUpgrade upgrade) {
  public TransportDetails {
    certificates = List.copyOf(certificates);
  }

  /// The same connection, after it became a WebSocket.
  public TransportDetails with(HttpUpgrade request) {
    return new TransportDetails(
        remote, local, certificates, serverName, applicationProtocol, request);
  }

  /// @param uri as on the request line, with its query
  /// @param headers names in lower case
  public record HttpUpgrade(String uri, Map<String, List<String>> headers) {
    public HttpUpgrade {
      headers = Map.copyOf(headers);
    }
  }
}
