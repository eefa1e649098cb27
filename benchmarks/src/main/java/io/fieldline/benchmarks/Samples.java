// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What was measured, again and again, of one thing.
final class Samples {
  private final List<Double> values = Collections.synchronizedList(new ArrayList<>());

  void add(double value) {
    values.add(value);
  }

  int count() {
    return values.size();
  }

  List<Double> all() {
    return List.copyOf(values);
  }

  double min() {
    return at(0);
  }

  double median() {
    return at(0.5);
  }

  double max() {
    return at(1);
  }

  /// The smallest value that so large a part of all does not exceed.
  double at(double part) {
    if (values.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int rank = (int) Math.ceil(part * sorted.size());
    return sorted.get(Math.clamp(rank - 1, 0, sorted.size() - 1));
  }
}
