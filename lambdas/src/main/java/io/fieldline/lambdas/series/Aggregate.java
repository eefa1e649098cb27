// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

/// What several readings of one sensor have in common.
///
/// @param count how many, from 1
/// @param min the smallest value
/// @param max the largest value
/// @param sum of all values
/// @param firstMs earliest time
/// @param lastMs latest time
public record Aggregate(long count, double min, double max, double sum, long firstMs, long lastMs) {
  /// Of one reading.
  public static Aggregate of(long atMs, double value) {
    return new Aggregate(1, value, value, value, atMs, atMs);
  }

  /// Of these and those.
  public Aggregate plus(Aggregate other) {
    return new Aggregate(
        count + other.count,
        Math.min(min, other.min),
        Math.max(max, other.max),
        sum + other.sum,
        Math.min(firstMs, other.firstMs),
        Math.max(lastMs, other.lastMs));
  }

  /// The mean value.
  public double mean() {
    return sum / count;
  }
}
