// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.doctor.Findings.Advice;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;

/// The way through the configured proxy, which also looks up the endpoint's name.
final class ProxyCheck {
  private final Way way;
  private final Findings findings;

  ProxyCheck(Way way, Findings findings) {
    this.way = way;
    this.findings = findings;
  }

  /// A tunnel to the endpoint, if the proxy makes one.
  Optional<Socket> check(String host, int port) {
    String proxy =
        way.proxy()
            .map(each -> each.address().getHostString() + ":" + each.address().getPort())
            .orElse("none");
    String tried = "ask the proxy " + proxy + " for a tunnel to " + host + ":" + port;
    try {
      Socket tunnel = way.open(host, port);
      findings.ok("proxy", tried, "made");
      return Optional.of(tunnel);
    } catch (IOException e) {
      findings.failed("proxy", tried, came(e), advice(e, host, port));
      return Optional.empty();
    }
  }

  private static String came(IOException failure) {
    return failure instanceof UnknownHostException
        ? failure.getMessage() + ": the name has no address"
        : String.valueOf(failure.getMessage());
  }

  private static Advice advice(IOException failure, String host, int port) {
    return switch (failure) {
      case Way.NoTunnel answer -> refused(answer.status(), host, port);
      case UnknownHostException _ ->
          new Advice(
              "cloud.proxy is spelled wrong, or this machine's DNS does not know it",
              "ask those who run this network for the proxy's name");
      case SocketTimeoutException _ ->
          new Advice(
              "the proxy, or the way to it, stands still",
              "ask those who run this network for the proxy's address");
      case ConnectException _ ->
          new Advice(
              "no proxy listens there", "ask those who run this network for the proxy's address");
      default -> new Advice("the proxy cannot be used", "compare cloud.proxy: " + failure);
    };
  }

  private static Advice refused(int status, String host, int port) {
    return switch (status) {
      case 407 ->
          new Advice(
              "the proxy wants a user name and password, or others",
              "cloud.proxyUser and cloud.proxyPassword, from those who run this network");
      case 403, 405 ->
          new Advice(
              "the proxy forbids it",
              "ask for CONNECT to " + host + ":" + port + " to be allowed, or use port 443");
      case 502, 503, 504 ->
          new Advice(
              "the proxy does not reach the endpoint",
              "is cloud.endpoint spelled right? does the proxy let port " + port + " out?");
      default ->
          new Advice(
              "whoever answers there is no HTTP proxy that makes tunnels",
              "ask those who run this network for the proxy's address");
    };
  }
}
