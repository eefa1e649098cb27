// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import java.util.ArrayList;
import java.util.List;

/// A month's bill, line by line.
final class Bill {
  private final List<Line> lines = new ArrayList<>();

  /// @param part of the pipeline
  /// @param what is counted
  record Line(String part, String what, double quantity, Price price) {
    double usd() {
      return quantity * price.usd();
    }
  }

  void add(String part, String what, double quantity, Price price) {
    lines.add(new Line(part, what, quantity, price));
  }

  List<Line> lines() {
    return List.copyOf(lines);
  }

  double usd() {
    return lines.stream().mapToDouble(Line::usd).sum();
  }

  double quantity(Price price) {
    return lines.stream().filter(line -> line.price() == price).mapToDouble(Line::quantity).sum();
  }
}
