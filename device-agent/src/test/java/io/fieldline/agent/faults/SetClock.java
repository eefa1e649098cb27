// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// The machine's clock, which somebody sets.
final class SetClock extends Clock {
  private volatile long errorMs;

  void jump(Duration by) {
    errorMs = by.toMillis();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis() + errorMs;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("one zone only");
  }
}
