// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

/// The readings of one sensor in the order of their sequence numbers.
///
/// @param sensor its name
/// @param unit as the sensor named it, empty if it named none
/// @param atMs epoch milliseconds; not to be changed
/// @param values as many finite values; not to be changed
public record Samples(String sensor, String unit, long[] atMs, double[] values) {
  /// Refuses columns of different length.
  public Samples {
    if (atMs.length != values.length || atMs.length == 0) {
      throw new IllegalArgumentException(
          "expected as many times as values, from 1; got " + atMs.length + " and " + values.length);
    }
  }

  /// What is known of them without looking at each.
  public Aggregate aggregate() {
    var aggregate = Aggregate.of(atMs[0], values[0]);
    for (int i = 1; i < values.length; i++) {
      aggregate = aggregate.plus(Aggregate.of(atMs[i], values[i]));
    }
    return aggregate;
  }
}
