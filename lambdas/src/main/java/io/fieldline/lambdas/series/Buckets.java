// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.Collections;
import java.util.SortedMap;

/// The readings of one sensor, merged over equal steps of time.
///
/// @param sensor its name
/// @param unit its unit, empty if it has none
/// @param byStart an aggregate for each step that has readings, by the epoch milliseconds at which
///   the step begins
public record Buckets(String sensor, String unit, SortedMap<Long, Aggregate> byStart) {
  /// Keeps no others from reading, but from changing.
  public Buckets {
    if (byStart.isEmpty()) {
      throw new IllegalArgumentException("expected an aggregate for one step or more, got none");
    }
    byStart = Collections.unmodifiableSortedMap(byStart);
  }
}
