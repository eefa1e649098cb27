// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.MetricSink;
import java.util.Map;

/// What requests consume of tables, as CloudWatch has it, whether they asked for it or not.
///
/// Source: DynamoDB Developer Guide, "DynamoDB metrics and dimensions". Assumed: units of indexes
/// are not added.
final class Consumed {
  private static final String NAMESPACE = "AWS/DynamoDB";

  private final MetricSink metrics;

  Consumed(MetricSink metrics) {
    this.metrics = metrics;
  }

  /// The units, told.
  double read(Table table, double units) {
    add(table, "ConsumedReadCapacityUnits", units);
    return units;
  }

  /// A write consumes units by the larger of what was and what is; one whose condition does not
  /// hold by what is there.
  ///
  /// Source: DynamoDB Developer Guide, "DynamoDB read and write operations" and "Condition
  /// expressions": capacity of a conditional write that fails.
  void written(ItemWrite.Outcome outcome, int times) {
    add(
        outcome.write().table(),
        "ConsumedWriteCapacityUnits",
        times * Capacity.write(outcome.size()));
  }

  private void add(Table table, String name, double units) {
    metrics.add(NAMESPACE, name, Map.of("TableName", table.record.name()), "Count", units);
  }
}
