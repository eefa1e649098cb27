// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// A program that runs, and all that it has said on both outputs.
public final class Program implements AutoCloseable {
  private final List<String> command;
  private final Process process;
  private final List<String> said = new ArrayList<>();
  private boolean silent;

  private Program(List<String> command, Process process) {
    this.command = command;
    this.process = process;
  }

  /// How a program ended.
  public record Outcome(int exitCode, String output) {}

  /// The environment is this process's without its AWS variables, and with those given.
  public static Program start(Path folder, Map<String, String> environment, List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      var program = new Program(command, process);
      // Reading a pipe keeps a carrier: with two of them, virtual threads would starve.
      Thread.ofPlatform().daemon().start(program::listen);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs a program to its end.
  public static Outcome run(
      Path folder, Map<String, String> environment, Duration limit, List<String> command) {
    try (var program = start(folder, environment, command)) {
      return program.ended(limit);
    }
  }

  private void listen() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (said) {
          said.add(line);
          said.notifyAll();
        }
      }
    } catch (IOException _) {
      // Ended while it spoke.
    }
    synchronized (said) {
      silent = true;
      said.notifyAll();
    }
  }

  /// The first line of which it is true.
  public String line(Predicate<String> wanted, Duration limit) {
    return line(0, wanted, limit);
  }

  /// The first line of which it is true, after that many lines.
  public String line(int after, Predicate<String> wanted, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (said) {
      for (int i = after; ; i++) {
        while (i >= said.size()) {
          long leftMs = (deadline - System.nanoTime()) / 1_000_000;
          if (silent || leftMs <= 0) {
            throw new AssertionError(
                (silent ? "ended" : "was silent for " + limit) + " without the line: " + this);
          }
          await(leftMs);
        }
        if (wanted.test(said.get(i))) {
          return said.get(i);
        }
      }
    }
  }

  /// How many lines it has said.
  public int lines() {
    synchronized (said) {
      return said.size();
    }
  }

  private void await(long limitMs) {
    try {
      said.wait(limitMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public String output() {
    synchronized (said) {
      return String.join("\n", said);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean runs() {
    return process.isAlive();
  }

  /// Waits for its end.
  public Outcome ended(Duration limit) {
    try {
      if (!process.waitFor(limit)) {
        throw new TimeoutException("ran for more than " + limit);
      }
      return new Outcome(process.exitValue(), everything());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(this + ": " + e.getMessage(), e);
    }
  }

  private String everything() {
    synchronized (said) {
      // A child that outlives the program keeps the pipe open: what it says is not waited for.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      while (!silent && System.nanoTime() < deadline) {
        await(100);
      }
      return String.join("\n", said);
    }
  }

  /// SIGKILL: no chance to tidy up.
  public void kill() {
    process.destroyForcibly();
    ended(Duration.ofSeconds(10));
  }

  /// SIGTERM, and SIGKILL where that does not help.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return String.join(" ", command) + "\n" + output();
  }
}
