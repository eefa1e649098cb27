// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A document path such as {@code a.b[2]}, its placeholders already replaced.
record Path(List<Step> steps) {
  sealed interface Step {}

  record Name(String name) implements Step {}

  record Index(int index) implements Step {}

  String top() {
    return ((Name) steps.getFirst()).name();
  }

  boolean isTop() {
    return steps.size() == 1;
  }

  @Nullable AttributeValue in(Map<String, AttributeValue> item) {
    AttributeValue value = item.get(top());
    for (int i = 1; i < steps.size() && value != null; i++) {
      value = child(value, steps.get(i));
    }
    return value;
  }

  static @Nullable AttributeValue child(AttributeValue value, Step step) {
    return switch (step) {
      case Name n -> value.hasM() ? value.m().get(n.name()) : null;
      case Index i ->
          value.hasL() && i.index() < value.l().size() ? value.l().get(i.index()) : null;
    };
  }

  /// Whether one path is the other or leads to it.
  boolean overlaps(Path other) {
    int common = Math.min(steps.size(), other.steps.size());
    return steps.subList(0, common).equals(other.steps.subList(0, common));
  }

  /// As AWS prints it in errors: {@code [a, b, [2]]}.
  @Override
  public String toString() {
    return steps.stream()
        .map(s -> s instanceof Index i ? "[" + i.index() + "]" : ((Name) s).name())
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
