// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A program that runs, what it has said, and what it takes of the machine.
final class Program implements AutoCloseable {
  /// Of the kernel's clock that /proc counts in. Source: proc_pid_stat(5), USER_HZ on Linux.
  private static final double TICKS_PER_SECOND = 100;

  private final List<String> command;
  private final Process process;
  private final long startedNanos;
  private final List<String> said = new ArrayList<>();
  private boolean silent;

  private Program(List<String> command, Process process, long startedNanos) {
    this.command = command;
    this.process = process;
    this.startedNanos = startedNanos;
    // Nothing that was started outlives this program, however it ends.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /// The environment is this process's without its AWS variables, and with those given.
  static Program start(Path folder, Map<String, String> environment, List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("FIELDLINE_BUILT", "1");
    builder.environment().putAll(environment);
    try {
      long started = System.nanoTime();
      Process process = builder.start();
      process.getOutputStream().close();
      var program = new Program(command, process, started);
      Thread.ofPlatform().daemon().start(program::listen);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  /// Waits for the first line that begins so.
  String line(String prefix, Duration limit) throws InterruptedException {
    return line(prefix + "…", line -> line.startsWith(prefix), limit);
  }

  /// Waits for the first line that has this somewhere.
  String lineWith(String part, Duration limit) throws InterruptedException {
    return line("…" + part + "…", line -> line.contains(part), limit);
  }

  private String line(String what, Predicate<String> wanted, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (said) {
      for (int i = 0; ; i++) {
        while (i >= said.size()) {
          long leftMs = (deadline - System.nanoTime()) / 1_000_000;
          if (silent || leftMs <= 0) {
            throw new IllegalStateException("expected a line '" + what + "' from " + this);
          }
          said.wait(leftMs);
        }
        if (wanted.test(said.get(i))) {
          return said.get(i);
        }
      }
    }
  }

  /// On the clock of `System.nanoTime`.
  long startedNanos() {
    return startedNanos;
  }

  double millisSinceStart() {
    return (System.nanoTime() - startedNanos) / 1e6;
  }

  long pid() {
    return process.pid();
  }

  /// Resident memory, in MiB.
  double residentMiB() throws IOException {
    return mebibytes("smaps_rollup", "Rss:");
  }

  /// Its share of the memory that it has in common with others, and what is its own, in MiB.
  double proportionalMiB() throws IOException {
    return mebibytes("smaps_rollup", "Pss:");
  }

  /// What belongs to no file, in MiB: the kernel cannot take it back without swap.
  double anonymousMiB() throws IOException {
    return mebibytes("smaps_rollup", "Anonymous:");
  }

  private double mebibytes(String file, String field) throws IOException {
    return number(file, field) / 1024.0;
  }

  /// Bytes that it caused to be written to disk so far, as the kernel counts them.
  long bytesWritten() throws IOException {
    return number("io", "write_bytes:");
  }

  private long number(String file, String field) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid() + "/" + file))) {
      String line = lines.filter(each -> each.startsWith(field)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }

  /// Seconds of processor time so far, of all its threads, without its children.
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /// Waits for its good end; the answer is what it said.
  String ended(Duration limit) {
    try {
      if (!process.waitFor(limit)) {
        throw new IllegalStateException("ran for more than " + limit + ": " + this);
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException("ended with " + process.exitValue() + ": " + this);
      }
      synchronized (said) {
        while (!silent) {
          said.wait(2_000);
        }
      }
      return output();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String output() {
    synchronized (said) {
      return String.join("\n", said);
    }
  }

  /// SIGKILL: no chance to tidy up.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// SIGTERM, and SIGKILL where that does not help.
  @Override
  public void close() {
    // Unlike Process.destroy, this leaves its output open: a JVM that writes an AOT cache at its
    // end has something to say, and gives up where nobody listens.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(Duration.ofMinutes(1))) {
        process.destroyForcibly().waitFor();
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
