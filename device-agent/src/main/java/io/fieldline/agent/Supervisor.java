// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.health.Metrics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs loops, each on a virtual thread of its own, and starts again, after a pause, one that ends
/// by an exception.
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Supervisor.class.getName());

  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private final Metrics metrics;
  private final RandomGenerator random;
  private final Clock clock;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Entry> loops = new ConcurrentSkipListMap<>();
  private volatile boolean stopping;

  /// A supervisor with nothing to run yet.
  public Supervisor(Metrics metrics, RandomGenerator random, Clock clock) {
    this.metrics = metrics;
    this.random = random;
    this.clock = clock;
  }

  /// Something that runs until interrupted or closed.
  @FunctionalInterface
  public interface Loop {
    /// Returns when it is done for good.
    void run() throws Exception;
  }

  /// Something that is done now and again.
  @FunctionalInterface
  public interface Step {
    /// Once.
    void run() throws Exception;
  }

  /// A loop at one moment.
  ///
  /// @param running false once it is done for good, or while it pauses after a failure
  /// @param restarts how often it ended by an exception
  /// @param lastFailure the last of them, empty if there was none
  public record LoopStatus(
      String name,
      boolean running,
      long restarts,
      String lastFailure,
      Optional<Instant> lastFailureAt) {}

  /// All loops by their names.
  public List<LoopStatus> loops() {
    return loops.entrySet().stream().map(each -> each.getValue().show(each.getKey())).toList();
  }

  /// Runs a loop under that name.
  public synchronized void run(String name, Loop loop) {
    metrics.add("fieldline_loop_restarts_total{loop=\"" + name + "\"}", 0);
    var entry = new Entry();
    loops.put(name, entry);
    entry.thread = Thread.ofVirtual().name(name).start(() -> supervise(name, loop, entry));
    threads.add(entry.thread);
  }

  /// Ends one loop for good, and waits for it, a few seconds at most.
  public void stop(String name) throws InterruptedException {
    Entry entry = loops.remove(name);
    if (entry == null) {
      return;
    }
    entry.stopped = true;
    Thread thread = entry.thread;
    if (thread != null) {
      thread.interrupt();
      if (!thread.join(LONGEST_END)) {
        LOG.log(Level.WARNING, "loop did not end in time: loop={0}", name);
      }
      synchronized (this) {
        threads.remove(thread);
      }
    }
  }

  /// Does a step at once and then after every period.
  public void every(String name, Duration period, Step step) {
    run(
        name,
        () -> {
          long next = System.nanoTime();
          while (true) {
            step.run();
            next = Math.max(next + period.toNanos(), System.nanoTime());
            Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
          }
        });
  }

  private void supervise(String name, Loop loop, Entry entry) {
    try {
      superviseUntilDone(name, loop, entry);
    } finally {
      entry.running = false;
    }
  }

  private void superviseUntilDone(String name, Loop loop, Entry entry) {
    var backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), random);
    while (!stopping && !entry.stopped) {
      try {
        entry.running = true;
        loop.run();
        return;
      } catch (InterruptedException e) {
        return;
      } catch (Exception | StackOverflowError e) {
        if (stopping || entry.stopped) {
          return;
        }
        metrics.add("fieldline_loop_restarts_total{loop=\"" + name + "\"}", 1);
        entry.failed(e, clock.instant());
        LOG.log(Level.WARNING, "loop failed and will be started again: loop={0}", name, e);
      }
      try {
        backoff.pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// Interrupts all loops and waits for them, a few seconds at most.
  @Override
  public synchronized void close() {
    stopping = true;
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(LONGEST_END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Entry {
    private volatile boolean running = true;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;
    private long restarts;
    private String lastFailure = "";
    private @Nullable Instant lastFailureAt;

    synchronized void failed(Throwable why, Instant at) {
      running = false;
      restarts++;
      lastFailure = why.toString();
      lastFailureAt = at;
    }

    synchronized LoopStatus show(String name) {
      return new LoopStatus(
          name, running, restarts, lastFailure, Optional.ofNullable(lastFailureAt));
    }
  }
}
