// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.List;

/// What is kept of many readings: their aggregates over equal steps of time.
///
/// @param stepMs length of a step in milliseconds; steps begin at whole multiples of it
/// @param readings how many readings there are in it, of all sensors
/// @param sensors by name
public record Rollup(long stepMs, long readings, List<Buckets> sensors) {
  /// Of an hour: its minutes.
  public static final long MINUTE_MS = 60_000;

  /// Of a day: its hours.
  public static final long HOUR_MS = 3_600_000;

  /// Copies the list.
  public Rollup {
    sensors = List.copyOf(sensors);
  }
}
