// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Work of one rule or action in the order in which it came: a bounded queue and a virtual thread
/// that lives while there is work. `offer` never blocks; any thread may call it.
final class Lane implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  private final String name;
  private final int capacity;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean working;
  private boolean closed;

  Lane(String name, int capacity) {
    this.name = name;
    this.capacity = capacity;
  }

  /// Takes the work, or refuses it where the queue is full or closed.
  synchronized boolean offer(Runnable work) {
    if (closed || waiting.size() >= capacity) {
      return false;
    }
    waiting.add(work);
    if (!working) {
      working = true;
      Thread.ofVirtual().name(name).start(this::work);
    }
    return true;
  }

  private void work() {
    for (Runnable next = next(); next != null; next = next()) {
      try {
        next.run();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "work failed lane=" + name, e);
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    var next = waiting.poll();
    if (next == null) {
      working = false;
      notifyAll();
    }
    return next;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /// Takes no more work; waits at most `millis` for what is there.
  synchronized void drain(long millis) throws InterruptedException {
    closed = true;
    long end = System.nanoTime() + millis * 1_000_000;
    while (working) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /// Takes no more work and does not wait; what was taken is still done.
  @Override
  public synchronized void close() {
    closed = true;
  }
}
