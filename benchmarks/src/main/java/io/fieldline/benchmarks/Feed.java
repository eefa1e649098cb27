// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Numbers, from 0 upwards, by many connections; each sends some at once, and more when those are
/// acknowledged.
final class Feed implements AutoCloseable {
  private static final int TICKS_PER_SECOND = 100;

  private final List<Link> links = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final int atOnce;

  /// Opens a connection of a peer's input.
  @FunctionalInterface
  interface Opening {
    Link open(int index) throws IOException;
  }

  Feed(Opening opening, int connections, int atOnce) throws IOException {
    this.atOnce = atOnce;
    for (int i = 0; i < connections; i++) {
      links.add(opening.open(i));
    }
  }

  /// Acknowledged numbers a second.
  double rate(Duration time) throws Exception {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    int before = next.get();
    each(() -> System.nanoTime() < end ? atOnce : 0);
    return (next.get() - before) / ((System.nanoTime() - start) / 1e9);
  }

  /// So many more.
  void send(int count) throws Exception {
    var left = new AtomicInteger(count);
    each(() -> Math.clamp(left.getAndAdd(-atOnce), 0, atOnce));
  }

  /// At a steady pace, by one connection after the other.
  void send(int perSecond, Duration time) throws Exception {
    int ticks = (int) (time.toMillis() * TICKS_PER_SECOND / 1_000);
    long start = System.nanoTime();
    for (int tick = 0; tick < ticks; tick++) {
      long due = start + tick * 1_000_000_000L / TICKS_PER_SECOND;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      links.get(tick % links.size()).send(take(perSecond / TICKS_PER_SECOND));
    }
  }

  /// How many were acknowledged.
  int count() {
    return next.get();
  }

  @FunctionalInterface
  private interface Portion {
    int next();
  }

  private void each(Portion portion) throws Exception {
    try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Void>>();
      for (Link link : links) {
        tasks.add(() -> {
          for (int n = portion.next(); n > 0; n = portion.next()) {
            link.send(take(n));
          }
          return null;
        });
      }
      for (Future<Void> done : all.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  private List<Integer> take(int count) {
    int first = next.getAndAdd(count);
    return IntStream.range(first, first + count).boxed().toList();
  }

  @Override
  public void close() throws IOException {
    for (Link link : links) {
      link.close();
    }
  }
}
