// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.time.Duration;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Finds a connection that is there and does not carry: something waits for its acknowledgement,
/// and nothing at all has come back for a while. A slow link that still answers is let be. May be
/// called from any thread.
final class AckWatch {
  private final long silentNanos;
  private final AtomicLong next = new AtomicLong();
  private final ConcurrentSkipListMap<Long, Long> waitingSince = new ConcurrentSkipListMap<>();
  private volatile long heardNanos;

  AckWatch(Duration silent) {
    this.silentNanos = silent.toNanos();
  }

  /// Something was sent that will be acknowledged; the number to give to [#ended].
  long began(long nowNanos) {
    long number = next.getAndIncrement();
    waitingSince.put(number, nowNanos);
    return number;
  }

  /// Its outcome is known.
  void ended(long number) {
    waitingSince.remove(number);
  }

  /// Something came.
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  boolean isSilent(long nowNanos) {
    var oldest = waitingSince.firstEntry();
    return oldest != null
        && nowNanos - oldest.getValue() > silentNanos
        && nowNanos - heardNanos > silentNanos;
  }
}
