// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.util.LinkedHashSet;
import java.util.Set;

/// The top-level attributes that a condition names.
final class FilterPaths {
  private final Set<String> names = new LinkedHashSet<>();

  private FilterPaths() {}

  static Set<String> of(Condition condition) {
    var paths = new FilterPaths();
    paths.add(condition);
    return paths.names;
  }

  private void add(Condition condition) {
    switch (condition) {
      case Condition.And c -> {
        add(c.left());
        add(c.right());
      }
      case Condition.Or c -> {
        add(c.left());
        add(c.right());
      }
      case Condition.Not c -> add(c.condition());
      case Condition.Compare c -> {
        add(c.left());
        add(c.right());
      }
      case Condition.Between c -> {
        add(c.value());
        add(c.low());
        add(c.high());
      }
      case Condition.In c -> {
        add(c.value());
        c.choices().forEach(this::add);
      }
      case Condition.Exists c -> names.add(c.path().top());
      case Condition.NotExists c -> names.add(c.path().top());
      case Condition.TypeIs c -> names.add(c.path().top());
      case Condition.BeginsWith c -> {
        add(c.value());
        add(c.prefix());
      }
      case Condition.Contains c -> {
        add(c.container());
        add(c.element());
      }
    }
  }

  private void add(Operand operand) {
    switch (operand) {
      case Operand.At o -> names.add(o.path().top());
      case Operand.Size o -> add(o.of());
      case Operand.Literal _,
          Operand.IfNotExists _,
          Operand.ListAppend _,
          Operand.Sum _,
          Operand.Difference _ -> {}
    }
  }
}
