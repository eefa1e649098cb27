// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A program as a service manager runs it: started again when it ends, but for the statuses that
/// the package's unit names; ended with all that it started.
final class Service implements AutoCloseable {
  private static final List<Integer> FOR_GOOD = List.of(2, 78);
  private static final long RESTART_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final List<String> command;
  private final Map<String, String> environment;
  private final List<String> said = new ArrayList<>();
  private final Thread manager;
  private Process process;
  private boolean stopping;

  Service(List<String> command, Map<String, String> environment) throws IOException {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.process = start();
    this.manager = Thread.ofPlatform().daemon().name("service").start(this::manage);
  }

  private Process start() throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
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

  private void manage() {
    try {
      while (true) {
        int status = current().waitFor();
        synchronized (this) {
          if (stopping || FOR_GOOD.contains(status)) {
            return;
          }
        }
        LockSupport.parkNanos(RESTART_NANOS);
        synchronized (this) {
          if (stopping) {
            return;
          }
          process = start();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized Process current() {
    return process;
  }

  /// How many lines it has said.
  int lines() {
    synchronized (said) {
      return said.size();
    }
  }

  /// The next line with that text, after so many.
  String await(int after, String text) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    synchronized (said) {
      for (int i = after; ; i++) {
        while (i >= said.size()) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw new AssertionError("no line with '" + text + "' in " + said);
          }
          said.wait(left);
        }
        if (said.get(i).contains(text)) {
          return said.get(i);
        }
      }
    }
  }

  /// The last line with that text.
  Optional<String> last(String text) {
    synchronized (said) {
      return said.reversed().stream().filter(line -> line.contains(text)).findFirst();
    }
  }

  /// SIGKILL to all of it at once, as the power does; it is started again.
  void cutPower() {
    Process now = current();
    List<ProcessHandle> all = now.descendants().toList();
    now.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    synchronized (this) {
      stopping = true;
    }
    cutPower();
    try {
      manager.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    synchronized (said) {
      return String.join("\n", said);
    }
  }
}
