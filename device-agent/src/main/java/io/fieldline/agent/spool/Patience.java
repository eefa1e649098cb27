// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;

/// With a disk that does not give back what it holds: a read is tried again after a pause, since a
/// bus that was reset is back within seconds; after some attempts what cannot be read is damaged.
/// Guarded by the spool's lock.
final class Patience {
  private static final Logger LOG = System.getLogger(Patience.class.getName());
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private long position = -1;
  private int failures;
  private long notBeforeNanos = System.nanoTime();

  /// Whether the disk may be asked again.
  boolean isOver(long nowNanos) {
    return nowNanos - notBeforeNanos >= 0;
  }

  /// How long until then; the longest time if nothing failed.
  long pauseNanos(long nowNanos) {
    return position < 0 ? Long.MAX_VALUE : Math.max(1, notBeforeNanos - nowNanos);
  }

  /// What is there was read.
  void read(long where) {
    if (where == position) {
      position = -1;
    }
  }

  /// What is there was not; true if it has been tried often enough.
  ///
  /// @throws ClosedByInterruptException if it is not the disk's fault
  boolean isExhausted(Segment segment, long where, IOException cause, long nowNanos)
      throws ClosedByInterruptException {
    if (cause instanceof ClosedByInterruptException interrupted) {
      throw interrupted;
    }
    failures = where == position ? failures + 1 : 1;
    position = where;
    notBeforeNanos = nowNanos + PAUSE.toNanos();
    if (failures == 1) {
      LOG.log(
          Level.WARNING,
          "spool segment cannot be read, it is tried again: file={0} offset={1} cause={2}",
          segment.file(),
          Long.toString(Segment.offsetOf(where)),
          cause.toString());
    }
    if (failures < TRIES) {
      return false;
    }
    position = -1;
    notBeforeNanos = nowNanos;
    return true;
  }
}
