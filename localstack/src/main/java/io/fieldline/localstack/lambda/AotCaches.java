// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The classes of functions as the JVM keeps them, loaded and linked: one AOT cache a function. It
/// is trained by a process of its own, a minute after the function's first start, and used by every
/// start after that. Each later package of the function has one of its own; the earlier goes.
///
/// Source: JEP 483 and JEP 514. A cache that does not fit, or is damaged, is ignored by the JVM.
final class AotCaches implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AotCaches.class.getName());
  private static final Duration TRAINED_AFTER = Duration.ofMinutes(1);
  private static final String ENDING = ".aot";

  private final Path folder;
  private final StackClock clock;
  private final Map<Path, Candidate> candidates = new LinkedHashMap<>();

  /// Those that could not be trained are not tried again.
  private final Set<Path> tried = new HashSet<>();

  private @Nullable AotTraining running;
  private boolean closed;

  private record Candidate(String function, AotTraining training, Instant since) {}

  AotCaches(Path folder, StackClock clock, Timers timers) {
    this.folder = folder.toAbsolutePath();
    this.clock = clock;
    timers.every(TRAINED_AFTER.dividedBy(2), this::train);
  }

  /// Options that make the JVM use what is prepared; none, where nothing is yet.
  ///
  /// @param environment of the process, where one is to be trained
  List<String> options(
      FunctionVersion function, FunctionCommand command, Map<String, String> environment) {
    Optional<Path> file =
        command.fingerprint().map(print -> folder.resolve(function.name() + "-" + print + ENDING));
    if (file.isEmpty()) {
      return List.of();
    }
    if (Files.exists(file.get())) {
      return List.of("-XX:AOTCache=" + file.get(), "-Xlog:aot=off", "-Xlog:cds=off");
    }
    var training = new AotTraining(command, environment, folder.resolve(function.name() + ".new"));
    synchronized (this) {
      if (tried.add(file.get())) {
        candidates.put(file.get(), new Candidate(function.name(), training, clock.instant()));
      }
    }
    return List.of();
  }

  /// One at a time: the machine has other things to do.
  private void train() {
    for (var due = nextDue(); due != null; due = nextDue()) {
      Path file = due.getKey();
      Candidate candidate = due.getValue();
      try {
        Files.createDirectories(folder);
        Optional<Path> made = candidate.training().run();
        if (made.isPresent() && isWanted(file)) {
          remove(candidate.function());
          Files.move(made.get(), file, StandardCopyOption.ATOMIC_MOVE);
          LOG.log(
              System.Logger.Level.INFO,
              "aot cache made: function={0} bytes={1}",
              candidate.function(),
              String.valueOf(Files.size(file)));
        }
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "no aot cache for " + candidate.function(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        done();
      }
    }
  }

  private synchronized Map.@Nullable Entry<Path, Candidate> nextDue() {
    Instant before = clock.instant().minus(TRAINED_AFTER);
    if (running != null || closed) {
      return null;
    }
    for (var entry : candidates.entrySet()) {
      if (!entry.getValue().since().isAfter(before)) {
        candidates.remove(entry.getKey());
        running = entry.getValue().training();
        return Map.entry(entry.getKey(), entry.getValue());
      }
    }
    return null;
  }

  private synchronized void done() {
    running = null;
  }

  /// Removes what was prepared for a function that is no more.
  void forget(String function) {
    synchronized (this) {
      tried.removeIf(file -> isOf(function, file));
      candidates.keySet().removeIf(file -> isOf(function, file));
    }
    remove(function);
  }

  private synchronized boolean isWanted(Path file) {
    return tried.contains(file) && !closed;
  }

  private void remove(String function) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> isOf(function, file)).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOf(String function, Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(function + "-")
        && name.substring(function.length() + 1).matches("[0-9a-f]{24}\\" + ENDING);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (running != null) {
      running.close();
    }
  }
}
