// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A web server to which a rule sends: it confirms that it wants the messages, keeps those to
/// `/granted/…` and refuses those to `/denied/…`.
final class WebServer implements AutoCloseable {
  private final Map<String, List<String>> taken = new ConcurrentHashMap<>();
  private final HttpServer server;

  WebServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/granted/", this::take);
    server.createContext("/denied/", exchange -> answer(exchange, 403));
    server.createContext("/", this::confirm);
  }

  void start() {
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// What came to a path, each with who sent it.
  List<String> taken(String path) {
    return List.copyOf(taken.getOrDefault(path, List.of()));
  }

  private void take(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    taken
        .computeIfAbsent(exchange.getRequestURI().getPath(), _ -> new ArrayList<>())
        .add(exchange.getRequestHeaders().getFirst("sender") + ": " + body);
    answer(exchange, 200);
  }

  private void confirm(HttpExchange exchange) throws IOException {
    var asked = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
    answer(exchange, 200);
    URI.create(asked.path("enableUrl").asText()).toURL().openStream().close();
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
