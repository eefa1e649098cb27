// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Runs work at a time of the stack's clock, each on a virtual thread of its own. One thread waits.
public final class Timers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Timers.class.getName());
  private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

  private final StackClock clock;
  private final PriorityQueue<Timer> due = new PriorityQueue<>();
  private final Thread waiter;
  private boolean closed;

  public Timers(StackClock clock) {
    this.clock = clock;
    this.waiter = Thread.ofPlatform().daemon().name("timers").start(this::waitAndRun);
  }

  /// Runs {@code work} once at or soon after {@code when}.
  public synchronized Timer at(Instant when, Runnable work) {
    var timer = new Timer(when, null, work);
    due.add(timer);
    notifyAll();
    return timer;
  }

  /// Runs {@code work} again and again, a period after the last start.
  public synchronized Timer every(Duration period, Runnable work) {
    var timer = new Timer(clock.instant().plus(period), period, work);
    due.add(timer);
    notifyAll();
    return timer;
  }

  private void waitAndRun() {
    while (true) {
      @Nullable Timer next;
      try {
        next = takeDue();
      } catch (InterruptedException e) {
        return;
      }
      if (next == null) {
        return;
      }
      Timer timer = next;
      Thread.ofVirtual().start(() -> run(timer));
    }
  }

  private synchronized @Nullable Timer takeDue() throws InterruptedException {
    while (!closed) {
      Timer first = due.peek();
      Duration left = first == null ? LONGEST_WAIT : Duration.between(clock.instant(), first.when);
      if (first != null && !left.isPositive()) {
        due.remove();
        if (first.cancelled) {
          continue;
        }
        if (first.period != null) {
          due.add(first.again(clock.instant()));
        }
        return first;
      }
      wait(Math.clamp(left.toMillis(), 1, LONGEST_WAIT.toMillis()));
    }
    return null;
  }

  private void run(Timer timer) {
    if (timer.root().cancelled) {
      return;
    }
    try {
      timer.work.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "timer failed", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    waiter.interrupt();
  }

  /// Work that is to run; it can be called off.
  public static final class Timer implements Comparable<Timer> {
    private final Instant when;
    private final @Nullable Duration period;
    private final Runnable work;
    private final @Nullable Timer first;
    private volatile boolean cancelled;

    private Timer(Instant when, @Nullable Duration period, Runnable work) {
      this(when, period, work, null);
    }

    private Timer(Instant when, @Nullable Duration period, Runnable work, @Nullable Timer first) {
      this.when = when;
      this.period = period;
      this.work = work;
      this.first = first;
    }

    private Timer root() {
      return first == null ? this : first;
    }

    private Timer again(Instant now) {
      Duration step = period == null ? Duration.ZERO : period;
      var next = new Timer(now.plus(step), period, work, root());
      next.cancelled = root().cancelled;
      return next;
    }

    public void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Timer other) {
      return when.compareTo(other.when);
    }
  }
}
