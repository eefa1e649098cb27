// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.gateway.LocalTls;
import io.fieldline.agent.gateway.Sender;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import io.fieldline.mqtt.PortOwner;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Takes readings by `POST /readings`: one JSON document, SenML in JSON or CBOR, or lines. All of a
/// body is kept or none.
///
/// 204 after they are on the disk. 400 says what was expected and where in the body, 401 and 403
/// who was expected, 413 how much, 415 which types; 429 says when to try again.
public final class HttpListener implements AutoCloseable {
  private static final Duration NO_ROOM = Duration.ofSeconds(5);
  private static final Duration TURN = Duration.ofSeconds(2);
  private static final String BEARER = "Bearer ";

  private final AgentConfig.Http config;
  private final ReadingParser parser;
  private final Intake intake;
  private final HttpServer server;

  /// Bodies that may be in memory at once.
  private static final int BODIES = 16;

  private final Semaphore bodies = new Semaphore(BODIES);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Binds the address and serves, over TLS if there is any.
  public HttpListener(
      AgentConfig.Http config, ReadingParser parser, Intake intake, Optional<LocalTls> tls)
      throws IOException {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    try {
      this.server = tls.isPresent() ? secured(config, tls.get()) : open(config);
    } catch (BindException e) {
      throw new BindException("http.listen: " + PortOwner.explain(config.listen(), e));
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  private static HttpServer open(AgentConfig.Http config) throws IOException {
    return HttpServer.create(config.listen(), 128);
  }

  private static HttpServer secured(AgentConfig.Http config, LocalTls tls) throws IOException {
    HttpsServer server = HttpsServer.create(config.listen(), 128);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls.context()) {
          @Override
          public void configure(HttpsParameters parameters) {
            var wanted = tls.context().getDefaultSSLParameters();
            if (tls.isCertificateRequired()) {
              wanted.setNeedClientAuth(true);
            } else {
              wanted.setWantClientAuth(true);
            }
            parameters.setSSLParameters(wanted);
          }
        });
    return server;
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
      } else if (bodies.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          take(exchange);
        } finally {
          bodies.release();
        }
      } else {
        retryAfter(exchange, NO_ROOM);
        answer(exchange, 429, BODIES + " requests at a time expected, so many are being read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(HttpExchange exchange) throws IOException, InterruptedException {
    Optional<HttpContent> content = HttpContent.of(exchange.getRequestHeaders());
    if (content.isEmpty()) {
      exchange.getResponseHeaders().set("Accept-Post", HttpContent.ACCEPTED);
      exchange.getResponseHeaders().set("Accept-Encoding", "identity");
      answer(exchange, 415, HttpContent.expected(exchange.getRequestHeaders()));
      return;
    }
    try {
      Sender sender = sender(exchange);
      byte[] body = body(exchange);
      String device = device(exchange, sender);
      List<Reading> samples = content.get().parse(parser, body, device);
      intake.admit(sender, samples);
      intake.accept("http", samples);
      exchange.sendResponseHeaders(204, -1);
    } catch (ReadingException e) {
      intake.refused("http", e);
      refuse(exchange, e);
    } catch (SpoolException e) {
      retryAfter(exchange, NO_ROOM);
      answer(exchange, 429, String.valueOf(e.getMessage()));
    }
  }

  private byte[] body(HttpExchange exchange) throws IOException, ReadingException {
    byte[] body = exchange.getRequestBody().readNBytes(config.maxBodyBytes() + 1);
    if (body.length > config.maxBodyBytes()) {
      throw new ReadingException(
          Reason.SIZE, "a body of at most " + config.maxBodyBytes() + " bytes expected");
    }
    return body;
  }

  private Sender sender(HttpExchange exchange) throws ReadingException {
    @Nullable String shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (shown != null) {
      if (!shown.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        throw new ReadingException(
            Reason.IDENTITY, "the header 'Authorization: Bearer <token>' expected, got another");
      }
      return intake.identify(shown.substring(BEARER.length()).strip());
    }
    if (exchange instanceof HttpsExchange https) {
      try {
        var certificate = (X509Certificate) https.getSSLSession().getPeerCertificates()[0];
        return intake.identify(certificate);
      } catch (SSLPeerUnverifiedException e) {
        return Sender.ANYBODY;
      }
    }
    return Sender.ANYBODY;
  }

  private String device(HttpExchange exchange, Sender sender) throws ReadingException {
    String query = exchange.getRequestURI().getQuery();
    if (query == null) {
      return sender.device().orElse(config.device());
    }
    if (!query.startsWith("device=") || query.contains("&")) {
      throw new ReadingException(
          Reason.SYNTAX, "the query device=<name> expected, got " + SampleRules.quote(query));
    }
    return parser.deviceName(query.substring("device=".length()));
  }

  private static void refuse(HttpExchange exchange, ReadingException why) throws IOException {
    boolean unproved = exchange.getRequestHeaders().getFirst("Authorization") == null;
    int status =
        switch (why.reason()) {
          case SYNTAX, TYPE, NAME, TIMESTAMP, BINARY, ANSWER -> 400;
          case IDENTITY -> unproved ? 401 : 403;
          case UNKNOWN_DEVICE -> 403;
          case SIZE -> 413;
          case QUOTA -> why.retryAfter().isZero() ? 413 : 429;
        };
    if (status == 401) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }
    if (status == 429) {
      retryAfter(exchange, why.retryAfter());
    }
    answer(exchange, status, String.valueOf(why.getMessage()));
  }

  /// Whole seconds, at least one. Source: RFC 9110 section 10.2.3.
  private static void retryAfter(HttpExchange exchange, Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
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
