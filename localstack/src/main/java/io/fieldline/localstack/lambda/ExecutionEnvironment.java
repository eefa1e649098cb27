// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.lambda.Invocation.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One child JVM that runs one version of a function, one event at a time. It is used by one thread
/// at a time, and not again after an event that ended it.
final class ExecutionEnvironment implements RuntimeApi.Listener, AutoCloseable {
  private final FunctionVersion function;
  private final FunctionLog log;
  private final RuntimeApi runtimeApi;
  private final Process process;
  private final LinkedBlockingQueue<Invocation> next = new LinkedBlockingQueue<>(1);
  private final CountDownLatch started = new CountDownLatch(1);
  private volatile @Nullable Invocation current;
  private volatile byte @Nullable [] initError;
  private volatile long idleSinceNanos = System.nanoTime();

  /// @param command starts the runtime
  /// @param environment the process's whole environment, but for the Runtime API's address
  ExecutionEnvironment(
      FunctionVersion function,
      List<String> command,
      Map<String, String> environment,
      Path workingFolder,
      FunctionLog log) {
    this.function = function;
    this.log = log;
    try {
      runtimeApi = new RuntimeApi(this);
      var builder = new ProcessBuilder(command).directory(workingFolder.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().put("AWS_LAMBDA_RUNTIME_API", runtimeApi.address());
      process = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
    Thread.ofVirtual().name("lambda-log-" + function.name()).start(this::pumpOutput);
    process.onExit().thenAccept(this::exited);
  }

  /// Returns once the runtime has asked for its first event, has failed or ended, or took too long.
  void awaitStart(Duration longest) {
    try {
      started.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Runs one event; the deadline ends both the event and the process.
  Outcome run(Invocation invocation) throws InterruptedException {
    log.line("START RequestId: " + invocation.requestId() + " Version: " + function.version());
    long start = System.nanoTime();
    current = invocation;
    if (!process.isAlive()) {
      exited(process);
    }
    next.put(invocation);
    Outcome outcome;
    try {
      outcome = invocation.outcome().get(function.timeoutSeconds() * 1000L, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      outcome = timedOut(invocation);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    current = null;
    idleSinceNanos = System.nanoTime();
    report(invocation, System.nanoTime() - start);
    return new Outcome(outcome.payload(), outcome.errorKind(), log.tail());
  }

  private Outcome timedOut(Invocation invocation) {
    close();
    String message =
        String.format(Locale.ROOT, "Task timed out after %d.00 seconds", function.timeoutSeconds());
    log.line(invocation.requestId() + " " + message);
    return error("Sandbox.Timedout", "RequestId: " + invocation.requestId() + " Error: " + message);
  }

  private void report(Invocation invocation, long nanos) {
    log.line("END RequestId: " + invocation.requestId());
    log.line(
        String.format(
            Locale.ROOT,
            "REPORT RequestId: %s\tDuration: %.2f ms\tMemory Size: %d MB",
            invocation.requestId(),
            nanos / 1e6,
            function.memoryMb()));
  }

  static Outcome error(String type, String message) {
    String json =
        "{\"errorType\":\"" + type + "\",\"errorMessage\":\"" + message.replace("\"", "'") + "\"}";
    return new Outcome(json.getBytes(StandardCharsets.UTF_8), "Unhandled", "");
  }

  boolean isUsable() {
    return process.isAlive() && initError == null;
  }

  long idleNanos() {
    return System.nanoTime() - idleSinceNanos;
  }

  @Override
  public Invocation next() throws InterruptedException {
    started.countDown();
    return next.take();
  }

  @Override
  public void succeeded(String requestId, byte[] response) {
    complete(requestId, new Outcome(response, null, ""));
  }

  @Override
  public void failed(String requestId, byte[] error) {
    complete(requestId, new Outcome(error, "Unhandled", ""));
  }

  @Override
  public void initFailed(byte[] error) {
    initError = error;
    started.countDown();
    Invocation waiting = current;
    if (waiting != null) {
      waiting.outcome().complete(new Outcome(error, "Unhandled", ""));
    }
  }

  private void complete(String requestId, Outcome outcome) {
    Invocation waiting = current;
    if (waiting != null && waiting.requestId().equals(requestId)) {
      waiting.outcome().complete(outcome);
    }
  }

  private void exited(Process ended) {
    started.countDown();
    Invocation waiting = current;
    if (waiting != null) {
      String why =
          "RequestId: "
              + waiting.requestId()
              + " Error: Runtime exited with error: exit status "
              + ended.exitValue();
      waiting.outcome().complete(error("Runtime.ExitError", why));
    }
  }

  private void pumpOutput() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.line(line);
      }
    } catch (IOException ended) {
      // The process was killed while it wrote: there is nothing more to read.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    runtimeApi.close();
    log.close();
  }
}
