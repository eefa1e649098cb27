// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.health.Metrics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Runs loops, each on a virtual thread of its own, and starts again, after a pause, one that ends
/// by an exception.
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Supervisor.class.getName());

  private final Metrics metrics;
  private final RandomGenerator random;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  /// A supervisor with nothing to run yet.
  public Supervisor(Metrics metrics, RandomGenerator random) {
    this.metrics = metrics;
    this.random = random;
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

  /// Runs a loop under that name.
  public synchronized void run(String name, Loop loop) {
    metrics.add("fieldline_loop_restarts_total{loop=\"" + name + "\"}", 0);
    threads.add(Thread.ofVirtual().name(name).start(() -> supervise(name, loop)));
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

  private void supervise(String name, Loop loop) {
    var backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), random);
    while (!stopping) {
      try {
        loop.run();
        return;
      } catch (InterruptedException e) {
        return;
      } catch (Exception | StackOverflowError e) {
        if (stopping) {
          return;
        }
        metrics.add("fieldline_loop_restarts_total{loop=\"" + name + "\"}", 1);
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
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
