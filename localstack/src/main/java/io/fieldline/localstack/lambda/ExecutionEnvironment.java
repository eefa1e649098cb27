// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.lambda.Invocation.Handed;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One child JVM that runs one version of a function, one event at a time. It is used by one thread
/// at a time, and not again after an event that ended it.
final class ExecutionEnvironment implements RuntimeApi.Listener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// How long the runtime may take from its answer to asking for more, before it is let go on.
  private static final Duration LONGEST_AFTERMATH = Duration.ofSeconds(2);

  private final FunctionVersion function;
  private final FunctionLog log;
  private final PlatformLog platform;
  private final RuntimeApi runtimeApi;
  private final RuntimeOutput output;
  private final Process process;
  private final long startedNanos = System.nanoTime();
  private final LinkedBlockingQueue<Handed> next = new LinkedBlockingQueue<>(1);

  /// Done when the runtime is asking for an event, failed to start, or ended.
  private volatile CompletableFuture<Void> ready = new CompletableFuture<>();

  private volatile @Nullable Invocation current;
  private volatile byte @Nullable [] initError;
  private volatile double initMillis = Double.NaN;

  /// @param command starts the runtime
  /// @param environment the process's whole environment, but for the Runtime API's address
  /// @param scratch where the process's output may pass through
  ExecutionEnvironment(
      FunctionVersion function,
      List<String> command,
      Map<String, String> environment,
      Path workingFolder,
      Path scratch,
      FunctionLog log,
      PlatformLog platform) {
    this.function = function;
    this.log = log;
    this.platform = platform;
    try {
      output = new RuntimeOutput(scratch, log::line);
      runtimeApi = new RuntimeApi(this);
      var builder = new ProcessBuilder(command).directory(workingFolder.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.environment().put("AWS_LAMBDA_RUNTIME_API", runtimeApi.address());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.file().toFile()));
      process = builder.start();
      output.follow(function.name());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
    process.onExit().thenAccept(this::exited);
  }

  /// Returns once the runtime has asked for its first event, has failed or ended, or took too long.
  void awaitStart(Duration longest) {
    awaitReady(longest);
    initMillis = (System.nanoTime() - startedNanos) / 1e6;
    output.pause();
  }

  private void awaitReady(Duration longest) {
    try {
      ready.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException goOn) {
      // What comes next meets a runtime that is still busy.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Runs one event; the deadline ends both the event and the process.
  Outcome run(Invocation invocation) throws InterruptedException {
    log.begin();
    platform.started(invocation.requestId());
    output.resume();
    long start = System.nanoTime();
    long timeoutMs = function.timeoutSeconds() * 1000L;
    current = invocation;
    byte[] startError = initError;
    if (startError != null) {
      failed(invocation.requestId(), startError);
    } else if (!process.isAlive()) {
      exited(process);
    } else {
      // Functions live in wall time; so does their deadline.
      next.put(new Handed(invocation, System.currentTimeMillis() + timeoutMs));
    }
    Outcome outcome;
    try {
      outcome = invocation.outcome().get(timeoutMs, TimeUnit.MILLISECONDS);
      // AWS, too, ends the event when the runtime asks for the next; a runtime that failed prints
      // its stack trace before that.
      awaitReady(LONGEST_AFTERMATH);
    } catch (TimeoutException e) {
      outcome = timedOut(invocation);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    current = null;
    double millis = (System.nanoTime() - start) / 1e6;
    output.pause();
    report(invocation, outcome, millis);
    return new Outcome(outcome.payload(), outcome.errorKind(), log.tail());
  }

  private Outcome timedOut(Invocation invocation) {
    process.destroyForcibly();
    String message =
        String.format(Locale.ROOT, "Task timed out after %d.00 seconds", function.timeoutSeconds());
    output.pause();
    platform.ended(invocation.requestId(), message);
    return error("Sandbox.Timedout", "RequestId: " + invocation.requestId() + " Error: " + message);
  }

  private void report(Invocation invocation, Outcome outcome, double millis) {
    String type = outcome.failed() ? errorType(outcome.payload()) : null;
    String status =
        switch (type) {
          case null -> "success";
          case "Sandbox.Timedout" -> "timeout";
          case "Runtime.ExitError" -> "failure";
          default -> "error";
        };
    var init = Double.isNaN(initMillis) ? OptionalDouble.empty() : OptionalDouble.of(initMillis);
    initMillis = Double.NaN;
    platform.reported(
        new PlatformLog.Report(invocation.requestId(), status, type, millis, init, memoryUsedMb()));
  }

  /// What a failed invocation answered, in a line.
  static String errorText(byte[] error) {
    try {
      JsonNode json = JSON.readTree(error);
      return json.path("errorType").asText("Unhandled") + ": " + json.path("errorMessage").asText();
    } catch (IOException notJson) {
      return "Unhandled";
    }
  }

  private static String errorType(byte[] error) {
    try {
      return JSON.readTree(error).path("errorType").asText("Unhandled");
    } catch (IOException notJson) {
      return "Unhandled";
    }
  }

  /// The most that the process has used so far, where the system tells; Linux does.
  private OptionalLong memoryUsedMb() {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(l -> l.startsWith("VmHWM:"))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
          .findFirst();
    } catch (IOException | UncheckedIOException gone) {
      return OptionalLong.empty();
    }
  }

  static Outcome error(String type, String message) {
    var json = JSON.createObjectNode().put("errorType", type).put("errorMessage", message);
    try {
      return new Outcome(JSON.writeValueAsBytes(json), "Unhandled", "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isUsable() {
    return process.isAlive() && initError == null;
  }

  /// How long it has lived.
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  @Override
  public Handed next() throws InterruptedException {
    ready.complete(null);
    Handed event = next.take();
    ready = new CompletableFuture<>();
    return event;
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
    ready.complete(null);
    Invocation waiting = current;
    if (waiting != null) {
      failed(waiting.requestId(), error);
    }
  }

  private void complete(String requestId, Outcome outcome) {
    Invocation waiting = current;
    if (waiting != null && waiting.requestId().equals(requestId)) {
      waiting.outcome().complete(outcome);
    }
  }

  private void exited(Process ended) {
    ready.complete(null);
    Invocation waiting = current;
    if (waiting != null) {
      String why = "Error: Runtime exited " + reason(ended.exitValue());
      var exit = error("Runtime.ExitError", "RequestId: " + waiting.requestId() + " " + why);
      waiting.outcome().complete(exit);
    }
  }

  /// Above 128 the shell's convention tells the signal that ended a process.
  private static String reason(int exitValue) {
    return switch (exitValue) {
      case 0 -> "without providing a reason";
      case 137 -> "with error: signal: killed";
      case 143 -> "with error: signal: terminated";
      default -> "with error: exit status " + exitValue;
    };
  }

  /// Returns when its log is written, after it was closed.
  void awaitLog() {
    log.awaitShipped();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    runtimeApi.close();
    output.close();
    log.close();
  }
}
