// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.lambda.Invocation.Handed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A process of a function that starts, is asked to end before its first event, and writes down
/// what it loaded. It runs when nothing else wants the processor.
final class AotTraining implements RuntimeApi.Listener, AutoCloseable {
  private static final Path NICE = Path.of("/usr/bin/nice");
  private static final long LONGEST_START_S = 60;
  private static final long LONGEST_WRITING_S = 300;

  private final FunctionCommand command;
  private final Map<String, String> environment;
  private final Path file;
  private final CountDownLatch asking = new CountDownLatch(1);
  private volatile boolean failed;
  private volatile boolean ended;
  private volatile Optional<Process> process = Optional.empty();

  /// @param file where the cache is written to
  AotTraining(FunctionCommand command, Map<String, String> environment, Path file) {
    this.command = command;
    this.environment = Map.copyOf(environment);
    this.file = file;
  }

  /// The file, once it is written and the JVM would use it.
  Optional<Path> run() throws IOException, InterruptedException {
    Files.deleteIfExists(file);
    try (var api = new RuntimeApi(this)) {
      Process started = start(command.line(List.of("-XX:AOTCacheOutput=" + file)), api.address());
      // Ends when it asks for its first event, fails, or takes too long.
      boolean ready = asking.await(LONGEST_START_S, TimeUnit.SECONDS) && !failed && !ended;
      if (ready) {
        // The JVM writes on its way out.
        started.destroy();
        ready = started.waitFor(LONGEST_WRITING_S, TimeUnit.SECONDS);
      }
      started.descendants().forEach(ProcessHandle::destroyForcibly);
      started.destroyForcibly();
      if (ended) {
        return Optional.empty();
      }
      return ready && Files.exists(file) && isUsed() ? Optional.of(file) : Optional.empty();
    }
  }

  private boolean isUsed() throws IOException, InterruptedException {
    Process check = start(command.check(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + file)), "none");
    return check.waitFor(LONGEST_START_S, TimeUnit.SECONDS) && check.exitValue() == 0;
  }

  private Process start(List<String> line, String runtimeApi) throws IOException {
    var whole = new ArrayList<String>();
    if (Files.isExecutable(NICE)) {
      whole.addAll(List.of(NICE.toString(), "-n", "19"));
    }
    whole.addAll(line);
    var builder = new ProcessBuilder(whole).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    Process started = builder.start();
    started.onExit().thenRun(asking::countDown);
    process = Optional.of(started);
    return started;
  }

  @Override
  public Handed next() throws InterruptedException {
    asking.countDown();
    // There is none: the process is ended.
    new CountDownLatch(1).await();
    throw new IllegalStateException("unreachable");
  }

  @Override
  public void succeeded(String requestId, byte[] response) {}

  @Override
  public void failed(String requestId, byte[] error) {}

  @Override
  public void initFailed(byte[] error) {
    failed = true;
    asking.countDown();
  }

  @Override
  public void close() {
    ended = true;
    process.ifPresent(started -> {
      started.descendants().forEach(ProcessHandle::destroyForcibly);
      started.destroyForcibly();
    });
  }
}
