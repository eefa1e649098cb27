// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.doctor.Findings.Advice;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The way to the endpoint: its name, a proxy in the environment, a TCP connection.
final class NetworkChecks {
  private static final List<String> PROXIES =
      List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy");

  private final String host;
  private final int port;
  private final Duration patience;
  private final Findings findings;

  NetworkChecks(String host, int port, Duration patience, Findings findings) {
    this.host = host;
    this.port = port;
    this.patience = patience;
    this.findings = findings;
  }

  /// A connection to the endpoint, if there is a way.
  Optional<Socket> check(Map<String, String> environment) {
    List<InetAddress> addresses = look();
    if (addresses.isEmpty()) {
      findings.skipped("tcp", "the name has no address");
      return Optional.empty();
    }
    proxy(environment);
    return connect(addresses);
  }

  private List<InetAddress> look() {
    String tried = "look up " + host;
    try {
      List<InetAddress> addresses = Arrays.asList(InetAddress.getAllByName(host));
      findings.ok(
          "dns",
          tried,
          addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", ")));
      return addresses;
    } catch (UnknownHostException e) {
      findings.failed(
          "dns",
          tried,
          String.valueOf(e.getMessage()),
          new Advice(
              "cloud.endpoint is spelled wrong, or this machine's DNS does not answer",
              "compare with aws iot describe-endpoint --endpoint-type iot:Data-ATS; try getent hosts "
                  + host
                  + " and look at /etc/resolv.conf"));
      return List.of();
    }
  }

  private void proxy(Map<String, String> environment) {
    PROXIES.stream()
        .filter(name -> !environment.getOrDefault(name, "").isEmpty())
        .findFirst()
        .ifPresent(name ->
            findings.warning(
                "proxy",
                "look for a proxy in the environment",
                name + " is set",
                new Advice(
                    "this network may want a proxy, and the agent uses only that of cloud.proxy",
                    "if the next step fails, ask for port "
                        + port
                        + " to "
                        + host
                        + " to be opened")));
  }

  private Optional<Socket> connect(List<InetAddress> addresses) {
    String failures = "";
    Optional<IOException> last = Optional.empty();
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), (int) patience.toMillis());
        findings.ok("tcp", "connect to " + host + ":" + port, "by " + address.getHostAddress());
        return Optional.of(socket);
      } catch (IOException e) {
        close(socket);
        last = Optional.of(e);
        failures =
            Stream.of(failures, address.getHostAddress() + ": " + e.getMessage())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
      }
    }
    findings.failed(
        "tcp", "connect to " + host + ":" + port, failures, last.map(this::advice).orElseThrow());
    return Optional.empty();
  }

  private Advice advice(IOException failure) {
    return switch (failure) {
      case NoRouteToHostException _ ->
          new Advice(
              "this machine has no way to the endpoint",
              "ip route shows whether there is a default route; is the cable in, the modem up?");
      case SocketTimeoutException _ ->
          new Advice(
              "nothing answers: a firewall drops the port, or the way is dead",
              "ask for port " + port + " to be opened outwards; try another network");
      case ConnectException e when String.valueOf(e.getMessage()).contains("refused") ->
          new Advice(
              "the machine is there and nobody listens on that port",
              "AWS IoT Core listens on 8883 and 443: compare with cloud.endpoint");
      default ->
          new Advice(
              "this machine has no way to the endpoint",
              "look at ip addr and ip route: " + failure);
    };
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It never was open.
    }
  }
}
