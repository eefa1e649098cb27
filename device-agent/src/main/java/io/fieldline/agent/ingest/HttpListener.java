// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import io.fieldline.mqtt.PortOwner;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Takes readings by `POST /readings`: one JSON document, SenML, or lines. 204 after they are on
/// the disk; 400 says what was expected, 413 and 429 what to do; all of a body is kept or none.
public final class HttpListener implements AutoCloseable {
  private final AgentConfig.Http config;
  private final ReadingParser parser;
  private final Intake intake;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Binds the address and serves.
  public HttpListener(AgentConfig.Http config, ReadingParser parser, Intake intake)
      throws IOException {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    try {
      this.server = HttpServer.create(config.listen(), 128);
    } catch (BindException e) {
      throw new BindException("http.listen: " + PortOwner.explain(config.listen(), e));
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
      if (!exchange.getRequestURI().getPath().equals("/readings")) {
        answer(exchange, 404, "POST /readings expected");
      } else if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        answer(exchange, 405, "POST expected, got " + exchange.getRequestMethod());
      } else {
        take(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(HttpExchange exchange) throws IOException, InterruptedException {
    try {
      byte[] body = exchange.getRequestBody().readNBytes(config.maxBodyBytes() + 1);
      if (body.length > config.maxBodyBytes()) {
        throw new ReadingException(
            Reason.SIZE, "a body of at most " + config.maxBodyBytes() + " bytes expected");
      }
      List<Reading> samples = parse(ReadingParser.text(body), device(exchange));
      intake.accept("http", samples);
      exchange.sendResponseHeaders(204, -1);
    } catch (ReadingException e) {
      intake.refused("http", e);
      answer(exchange, e.reason() == Reason.SIZE ? 413 : 400, String.valueOf(e.getMessage()));
    } catch (SpoolException e) {
      exchange.getResponseHeaders().set("Retry-After", "5");
      answer(exchange, 429, String.valueOf(e.getMessage()));
    }
  }

  private String device(HttpExchange exchange) throws ReadingException {
    String query = exchange.getRequestURI().getQuery();
    if (query == null) {
      return config.device();
    }
    if (!query.startsWith("device=") || query.contains("&")) {
      throw new ReadingException(
          Reason.SYNTAX, "the query device=<name> expected, got " + SampleRules.quote(query));
    }
    return parser.deviceName(query.substring("device=".length()));
  }

  private List<Reading> parse(String body, String device) throws ReadingException {
    String trimmed = body.strip();
    boolean isLines = trimmed.lines().skip(1).anyMatch(line -> line.matches("\\s*[A-Za-z0-9{].*"));
    if (trimmed.startsWith("[") || !isLines) {
      return parser.parse(trimmed, device);
    }
    List<Reading> samples = new ArrayList<>();
    int number = 0;
    for (String line : trimmed.lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        samples.addAll(parser.parse(line, device));
      } catch (ReadingException e) {
        throw new ReadingException(e.reason(), "line " + number + ": " + e.getMessage());
      }
    }
    return samples;
  }

  private static void answer(HttpExchange exchange, int status, String error) throws IOException {
    byte[] body = JsonText.write(Map.of("error", error)).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
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
