// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.agent.json.JsonText;
import io.fieldline.mqtt.PortOwner;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// `/metrics` in Prometheus text, `/status` as JSON, `/live` while the process runs, `/ready` (200
/// or 503) while the cloud is connected.
public final class HealthPage implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";

  private final Metrics metrics;
  private final BooleanSupplier connected;
  private final Supplier<Map<String, Object>> status;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Binds the address and serves.
  public HealthPage(
      InetSocketAddress listen,
      Metrics metrics,
      BooleanSupplier connected,
      Supplier<Map<String, Object>> status)
      throws IOException {
    this.status = status;
    this.metrics = metrics;
    this.connected = connected;
    try {
      this.server = HttpServer.create(listen, 16);
    } catch (BindException e) {
      throw new BindException("metrics.listen: " + PortOwner.explain(listen, e));
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> answer(exchange, 200, metrics.text());
        case "/status" -> answer(exchange, 200, JSON, JsonText.write(status.get()) + "\n");
        case "/live" -> answer(exchange, 200, "live\n");
        case "/ready" -> {
          boolean ready = connected.getAsBoolean();
          answer(exchange, ready ? 200 : 503, ready ? "connected\n" : "not connected\n");
        }
        default -> answer(exchange, 404, "/metrics, /status, /live or /ready expected\n");
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    answer(exchange, status, TEXT, text);
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /// Stops at once.
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
