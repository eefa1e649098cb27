// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.SpoolException.Reason;
import io.fieldline.messages.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where writers wait for the disk: bounded, many writers, one taker.
final class Inbox {
  private final int maxReadings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition room = lock.newCondition();
  private List<Waiting> waiting = new ArrayList<>();
  private Map<String, Long> hastened = new HashMap<>();
  private int readings;
  private boolean closed;

  Inbox(int maxReadings) {
    this.maxReadings = maxReadings;
  }

  void put(Waiting one, Duration atMost) throws SpoolException, InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (!closed && readings > 0 && readings + one.samples.size() > maxReadings) {
        if (left <= 0) {
          throw new SpoolException(
              Reason.BUSY, "readings come faster than the disk takes them: try again later");
        }
        left = room.awaitNanos(left);
      }
      if (closed) {
        throw new SpoolException(Reason.CLOSED, "the agent is stopping: try again later");
      }
      waiting.add(one);
      readings += one.samples.size();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// What is kept of a device is to go out then at the latest.
  void hasten(String device, long dueNanos) {
    lock.lock();
    try {
      hastened.merge(device, dueNanos, (one, other) -> one - other < 0 ? one : other);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// All who wait, after at most so many nanoseconds; `open` false means these are the last.
  Taken take(long waitNanos) throws InterruptedException {
    long left = waitNanos;
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && hastened.isEmpty() && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      var taken = new Taken(waiting, hastened, !closed);
      waiting = new ArrayList<>();
      hastened = new HashMap<>();
      readings = 0;
      room.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// @param hastened when what is kept of a device is to go out at the latest
  record Taken(List<Waiting> waiting, Map<String, Long> hastened, boolean open) {}

  /// One writer's readings and what became of them.
  static final class Waiting {
    private final List<Reading> samples;
    private final Optional<Window> window;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable SpoolException failure;

    Waiting(List<Reading> samples, Optional<Window> window) {
      this.samples = samples;
      this.window = window;
    }

    Optional<Window> window() {
      return window;
    }

    List<Reading> samples() {
      return samples;
    }

    void succeed() {
      done.countDown();
    }

    void fail(SpoolException why) {
      failure = why;
      done.countDown();
    }

    void await() throws SpoolException, InterruptedException {
      done.await();
      SpoolException why = failure;
      if (why != null) {
        throw new SpoolException(why.reason(), String.valueOf(why.getMessage()));
      }
    }
  }
}
