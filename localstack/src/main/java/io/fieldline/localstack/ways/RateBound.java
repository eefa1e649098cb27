// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// So many in each second, and no more. Thread-safe.
final class RateBound {
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final int most;

  /// The second, and how many it had.
  private final AtomicLong state = new AtomicLong();

  RateBound(int most) {
    this.most = most;
  }

  boolean hasRoom() {
    return hasRoom(System.nanoTime());
  }

  boolean hasRoom(long nanos) {
    long second = TimeUnit.NANOSECONDS.toSeconds(nanos);
    while (true) {
      long last = state.get();
      long had = last >> COUNT_BITS == second ? last & COUNT_MASK : 0;
      if (had >= most) {
        return false;
      }
      if (state.compareAndSet(last, second << COUNT_BITS | had + 1)) {
        return true;
      }
    }
  }
}
