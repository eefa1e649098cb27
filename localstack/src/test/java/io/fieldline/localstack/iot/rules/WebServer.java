// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A web server on this machine that keeps what it gets: messages, and requests to confirm.
final class WebServer implements AutoCloseable {
  final List<Got> messages = new CopyOnWriteArrayList<>();
  final BlockingQueue<Got> confirmations = new LinkedBlockingQueue<>();
  private final Deque<Consumer<HttpExchange>> answers = new ArrayDeque<>();
  private final HttpServer server;

  record Got(String target, Headers headers, String body) {
    String member(String name) {
      try {
        return new ObjectMapper().readTree(body).path(name).asText();
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + body, e);
      }
    }
  }

  WebServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::take);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /// The next messages are answered so, one after the other; those after them with 200.
  void answers(int... statuses) {
    for (int status : statuses) {
      answersWith(exchange -> send(exchange, status, 0));
    }
  }

  synchronized void answersWith(Consumer<HttpExchange> answer) {
    answers.add(answer);
  }

  static void send(HttpExchange exchange, int status, int bytes) {
    try {
      exchange.sendResponseHeaders(status, bytes == 0 ? -1 : bytes);
      if (bytes > 0) {
        exchange.getResponseBody().write(new byte[bytes]);
      }
      exchange.close();
    } catch (IOException e) {
      throw new AssertionError("the client has gone", e);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var got = new Got(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body);
    boolean confirms =
        "DestinationConfirmation".equals(got.headers().getFirst("x-amz-rules-engine-message-type"));
    if (confirms) {
      confirmations.add(got);
    } else {
      messages.add(got);
    }
    var answer = confirms ? null : next();
    if (answer == null) {
      send(exchange, 200, 0);
    } else {
      answer.accept(exchange);
    }
  }

  private synchronized Consumer<HttpExchange> next() {
    return answers.poll();
  }

  /// The next request to confirm, within ten seconds.
  Got confirmation() throws InterruptedException {
    Got got = confirmations.poll(10, TimeUnit.SECONDS);
    if (got == null) {
      throw new AssertionError("no request to confirm within 10 s");
    }
    return got;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
