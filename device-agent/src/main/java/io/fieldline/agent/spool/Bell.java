// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Rung by any lane that has something new, heard by the one who waits for all of them.
final class Bell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private long rings;

  void ring() {
    lock.lock();
    try {
      rings++;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a ring after those; what is left of the time.
  long awaitAfter(long heard, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (rings == heard && left > 0) {
        left = rung.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }
}
