// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.time.Duration;
import java.util.List;

/// What goes out in place of a sensor's readings: aggregates of each stretch of time. Stretches
/// begin at multiples of their length since 1970, UTC: those of a minute at full minutes.
///
/// @param every how long each is
/// @param grace how long after its end a reading may come and still be in it
/// @param of what is told of it, at least one
public record Window(Duration every, Duration grace, List<Aggregate> of) {
  /// Refuses what is no window.
  public Window {
    of = of.stream().distinct().sorted().toList();
    if (every.toMillis() < 1 || grace.isNegative() || of.isEmpty()) {
      throw new IllegalArgumentException(
          "a length, a grace and an aggregate expected, got " + every + ", " + grace + ", " + of);
    }
  }

  /// Where the stretch begins in which that time is.
  long startOf(long atMs) {
    return Math.floorDiv(atMs, every.toMillis()) * every.toMillis();
  }
}
