// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.List;

/// A range of time, and how finely it is to be shown.
///
/// @param fromMs epoch milliseconds, included
/// @param toMs epoch milliseconds, included
/// @param maxPoints the largest number of points of one series
public record SeriesRange(long fromMs, long toMs, int maxPoints) {
  /// The largest number of points that a browser is sent.
  public static final int MAX_POINTS = 1500;

  private static final List<Long> FACTORS = List.of(1L, 2L, 5L, 10L, 15L, 30L);
  private static final List<Long> UNITS_MS = List.of(1L, 10L, 100L, 1_000L, 60_000L, 3_600_000L);
  private static final long DAY_MS = 86_400_000L;

  /// Refuses ranges that hold nothing.
  public SeriesRange {
    if (fromMs < 0 || toMs < fromMs || maxPoints < 2) {
      throw new IllegalArgumentException(
          "expected fromMs ≤ toMs and two points or more, got %d, %d, %d"
              .formatted(fromMs, toMs, maxPoints));
    }
  }

  /// The smallest round step with which the range has no more than the largest number of points.
  public long stepMs() {
    // One less than allowed: a step that begins before the range has a part in it.
    long least = (toMs - fromMs) / (maxPoints - 1) + 1;
    for (long unit : UNITS_MS) {
      for (long factor : FACTORS) {
        if (unit * factor >= least) {
          return unit * factor;
        }
      }
    }
    return (least + DAY_MS - 1) / DAY_MS * DAY_MS;
  }

  boolean holds(long atMs) {
    return fromMs <= atMs && atMs <= toMs;
  }
}
