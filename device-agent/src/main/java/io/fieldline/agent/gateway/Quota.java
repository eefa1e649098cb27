// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import java.time.Duration;

/// A token bucket of readings. Not for several threads at once.
final class Quota {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final int burst;
  private double left;
  private long atNanos;

  Quota(double perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.left = burst;
    this.atNanos = nowNanos;
  }

  /// How long until so many may come; zero if now.
  Duration waitFor(int readings, long nowNanos) {
    refill(nowNanos);
    return left >= readings
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil((readings - left) / perSecond * NANOS));
  }

  void take(int readings) {
    left -= readings;
  }

  int burst() {
    return burst;
  }

  double perSecond() {
    return perSecond;
  }

  private void refill(long nowNanos) {
    left = Math.min(burst, left + (nowNanos - atNanos) / NANOS * perSecond);
    atNanos = nowNanos;
  }
}
