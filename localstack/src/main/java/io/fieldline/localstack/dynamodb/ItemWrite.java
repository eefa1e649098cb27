// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One write of one item, parsed and checked, not yet carried out.
///
/// @param key the item's key as the table orders it
record ItemWrite(
    Table table,
    String key,
    Map<String, AttributeValue> keyAttributes,
    @Nullable Condition condition,
    Effect effect) {
  private static final int LARGEST_ITEM = 400 * 1024;

  /// What the write does to the item.
  sealed interface Effect {}

  record Replace(Map<String, AttributeValue> item) implements Effect {}

  record Modify(List<Change> changes) implements Effect {}

  record Remove() implements Effect {}

  record Check() implements Effect {}

  static ItemWrite put(
      Table table, Map<String, AttributeValue> given, @Nullable Condition condition) {
    Map<String, AttributeValue> item = Values.checked(given);
    String key = table.keyOf(item);
    if (Values.size(item) > LARGEST_ITEM) {
      throw AwsFailure.validation("Item size has exceeded the maximum allowed size");
    }
    return new ItemWrite(table, key, table.keyAttributes(item), condition, new Replace(item));
  }

  static ItemWrite at(
      Table table,
      Map<String, AttributeValue> given,
      @Nullable Condition condition,
      Effect effect) {
    Map<String, AttributeValue> key = Values.checked(given);
    String text = table.key(key);
    if (effect instanceof Modify(List<Change> changes)) {
      for (Change change : changes) {
        if (key.containsKey(change.path().top())) {
          throw AwsFailure.validation(
              "One or more parameter values were invalid: Cannot update attribute "
                  + change.path().top()
                  + ". This attribute is part of the key");
        }
      }
    }
    return new ItemWrite(table, text, key, condition, effect);
  }

  /// What the item was and what it is to be; null is no item.
  record Outcome(
      ItemWrite write,
      @Nullable Map<String, AttributeValue> before,
      @Nullable Map<String, AttributeValue> after,
      boolean conditionHolds) {
    Map<String, AttributeValue> was() {
      return before == null ? Map.of() : before;
    }

    Map<String, AttributeValue> is() {
      return after == null ? Map.of() : after;
    }

    /// Units count the larger of old and new.
    int size() {
      return Math.max(Values.size(was()), Values.size(is()));
    }

    void carryOut() {
      if (!(write.effect() instanceof Check)) {
        write.table().put(write.key(), before, after);
      }
    }
  }

  /// Computes the outcome without changing anything.
  Outcome outcome() {
    Map<String, AttributeValue> before = table.get(key);
    if (condition != null && !Evaluation.holds(condition, before == null ? Map.of() : before)) {
      return new Outcome(this, before, before, false);
    }
    return new Outcome(this, before, after(before), true);
  }

  private @Nullable Map<String, AttributeValue> after(
      @Nullable Map<String, AttributeValue> before) {
    return switch (effect) {
      case Replace r -> r.item();
      case Remove _ -> null;
      case Check _ -> before;
      case Modify m -> {
        Map<String, AttributeValue> base = before == null ? keyAttributes : before;
        Map<String, AttributeValue> after = Updates.apply(m.changes(), base);
        table.keyOf(after);
        if (Values.size(after) > LARGEST_ITEM) {
          throw AwsFailure.validation("Item size to update has exceeded the maximum allowed size");
        }
        yield after;
      }
    };
  }
}
