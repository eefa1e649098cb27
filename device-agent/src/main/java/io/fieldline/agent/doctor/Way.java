// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.config.AgentConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// How connections leave this network: directly, or through a tunnel of the configured HTTP proxy.
///
/// Source: RFC 9110, 9.3.6 CONNECT and 11.7.1 Proxy-Authenticate; RFC 7617.
record Way(Optional<AgentConfig.Proxy> proxy, Duration patience) {
  private static final int MAX_ANSWER_BYTES = 8192;

  /// The proxy answered, and not with a tunnel.
  static final class NoTunnel extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    NoTunnel(int status, String line) {
      super(line);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /// A connection to that host, which nothing was said over yet.
  Socket open(String host, int port) throws IOException {
    String firstHost = proxy.map(each -> each.address().getHostString()).orElse(host);
    int firstPort = proxy.map(each -> each.address().getPort()).orElse(port);
    var first = new InetSocketAddress(firstHost, firstPort);
    if (first.isUnresolved()) {
      throw new UnknownHostException(firstHost);
    }
    Socket socket = new Socket();
    try {
      socket.connect(first, (int) patience.toMillis());
      socket.setSoTimeout((int) patience.toMillis());
      if (proxy.isPresent()) {
        tunnel(socket, proxy.get(), host + ":" + port);
      }
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void tunnel(Socket socket, AgentConfig.Proxy proxy, String to) throws IOException {
    String request = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n";
    if (!proxy.user().isEmpty()) {
      byte[] credentials = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
      request +=
          "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(credentials) + "\r\n";
    }
    socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
    String answer = head(socket.getInputStream());
    String line = answer.lines().findFirst().orElse("");
    String[] words = line.split(" ");
    int status =
        words.length > 1 && words[0].startsWith("HTTP/") && words[1].matches("\\d{3}")
            ? Integer.parseInt(words[1])
            : 0;
    if (status / 100 != 2) {
      throw new NoTunnel(status, line.isEmpty() ? "it closed without an answer" : line);
    }
  }

  /// The first lines of an HTTP answer, up to the empty one; no byte more is taken.
  static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (int next = in.read(); next >= 0 && head.length() < MAX_ANSWER_BYTES; next = in.read()) {
      head.append((char) next);
      if (head.indexOf("\r\n\r\n") >= 0) {
        break;
      }
    }
    return head.toString();
  }
}
