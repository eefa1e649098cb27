// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// The stack's time: wall time plus an offset that a person may move forward. Timers and event
/// timestamps read it; authentication and function code keep wall time.
public final class StackClock extends Clock {
  private final Clock wall;
  private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

  public StackClock(Clock wall) {
    this.wall = wall;
  }

  /// Moves the stack's time forward. Timers notice within a second of wall time.
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("the clock only moves forward, not by " + by);
    }
    offset.updateAndGet(now -> now.plus(by));
  }

  /// How far it is ahead of wall time.
  public Duration ahead() {
    return offset.get();
  }

  @Override
  public Instant instant() {
    return wall.instant().plus(offset.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("the stack's clock is in UTC");
  }
}
