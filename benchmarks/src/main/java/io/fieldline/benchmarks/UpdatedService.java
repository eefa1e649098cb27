// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An image as the package's systemd service runs it: started again five seconds after its end, but
/// for two statuses.
final class UpdatedService implements AutoCloseable {
  private static final Duration RESTART = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<Integer> FOR_GOOD = List.of(2, 78);

  private final List<String> command;
  private final Path slots;
  private final List<String> said = new ArrayList<>();
  private final Thread manager;
  private Process process;
  private boolean stopping;

  UpdatedService(Path image, Path config, Path slots) throws IOException {
    this.command =
        List.of(image.resolve("bin/fieldline-agent").toString(), "--config", config.toString());
    this.slots = slots;
    this.process = start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    this.manager = Thread.ofPlatform().daemon().start(this::manage);
  }

  private Process start() throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("FIELDLINE_AGENT_SLOTS", slots.toString());
    // As under systemd: the launcher leaves each start to the service manager.
    builder.environment().put("NOTIFY_SOCKET", "@fieldline-bench-" + ProcessHandle.current().pid());
    Process started = builder.start();
    Thread.ofPlatform().daemon().start(() -> listen(started));
    return started;
  }

  private void listen(Process started) {
    try (var in =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (said) {
          said.add(line);
          said.notifyAll();
        }
      }
    } catch (IOException _) {
      // Ended while it spoke.
    }
  }

  private synchronized Process current() {
    return process;
  }

  private void manage() {
    try {
      while (true) {
        int status = current().waitFor();
        Workplace.rest(RESTART);
        synchronized (this) {
          if (stopping || FOR_GOOD.contains(status)) {
            return;
          }
          process = start();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  int lines() {
    synchronized (said) {
      return said.size();
    }
  }

  /// Waits until it is connected, after so many lines.
  void connected(int after) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    synchronized (said) {
      for (int i = after; ; i++) {
        while (i >= said.size()) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw new IllegalStateException("not connected: " + String.join("\n", said));
          }
          said.wait(left);
        }
        if (said.get(i).startsWith("connected ")) {
          return;
        }
      }
    }
  }

  @Override
  public void close() {
    Process now;
    synchronized (this) {
      stopping = true;
      now = process;
    }
    List<ProcessHandle> all = now.descendants().toList();
    now.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    manager.interrupt();
  }
}
