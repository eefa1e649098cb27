// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.localstack.lambda.Invocation.Handed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The Runtime API of one execution environment, on a loopback port of its own.
///
/// Source: Lambda Developer Guide, "Using the Lambda runtime API".
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";

  /// Source: Lambda Developer Guide, "Lambda quotas": the largest synchronous answer, with AWS's
  /// own allowance over 6 MB.
  private static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Listener listener;

  /// What the runtime asks and tells.
  interface Listener {
    /// Blocks until there is something to do.
    Handed next() throws InterruptedException;

    void succeeded(String requestId, byte[] response);

    void failed(String requestId, byte[] error);

    void initFailed(byte[] error);
  }

  RuntimeApi(Listener listener) throws IOException {
    this.listener = listener;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(calls);
    server.createContext(PREFIX, this::handle);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String call = exchange.getRequestURI().getPath().substring(PREFIX.length());
      if (exchange.getRequestMethod().equals("GET") && call.equals("invocation/next")) {
        next(exchange);
        return;
      }
      if (exchange.getRequestMethod().equals("GET") && call.equals("restore/next")) {
        // No snapshot is taken: it is as if it were restored at once.
        answer(exchange, 200, "");
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      String[] parts = call.split("/");
      switch (parts[parts.length - 1]) {
        case "response" -> {
          if (body.length > MAX_RESPONSE_BYTES) {
            tooLarge(exchange, parts[1]);
            return;
          }
          listener.succeeded(parts[1], body);
        }
        case "error" -> failed(parts, body);
        default -> {
          answer(
              exchange,
              404,
              "{\"errorMessage\":\"no such call of the Runtime API: " + call + "\"}");
          return;
        }
      }
      answer(exchange, 202, "{\"status\":\"OK\"}");
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void tooLarge(HttpExchange exchange, String requestId) throws IOException {
    String type = "Function.ResponseSizeTooLarge";
    String message =
        "Response payload size exceeded maximum allowed payload size (%d bytes)."
            .formatted(MAX_RESPONSE_BYTES);
    byte[] error = ExecutionEnvironment.error(type, message).payload();
    listener.failed(requestId, error);
    answer(exchange, 413, new String(error, StandardCharsets.UTF_8));
  }

  private void failed(String[] call, byte[] body) {
    if (call[0].equals("init") || call[0].equals("restore")) {
      listener.initFailed(body);
    } else {
      listener.failed(call[1], body);
    }
  }

  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    Handed event = listener.next();
    Invocation invocation = event.invocation();
    var headers = exchange.getResponseHeaders();
    headers.add("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
    headers.add("Lambda-Runtime-Deadline-Ms", String.valueOf(event.deadlineMs()));
    headers.add("Lambda-Runtime-Invoked-Function-Arn", invocation.functionArn());
    if (!invocation.traceHeader().isEmpty()) {
      headers.add("Lambda-Runtime-Trace-Id", invocation.traceHeader());
    }
    headers.add("Content-Type", "application/json");
    exchange.sendResponseHeaders(
        200, invocation.payload().length == 0 ? -1 : invocation.payload().length);
    exchange.getResponseBody().write(invocation.payload());
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    calls.shutdownNow();
  }
}
