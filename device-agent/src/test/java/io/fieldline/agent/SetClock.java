// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A machine's clock, which somebody sets.
public final class SetClock extends Clock {
  private volatile long errorMs;

  /// Sets it to be so much ahead of the truth.
  public void jump(Duration by) {
    errorMs = by.toMillis();
  }

  /// How far ahead of the truth it is.
  Duration error() {
    return Duration.ofMillis(errorMs);
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
