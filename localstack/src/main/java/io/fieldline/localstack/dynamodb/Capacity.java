// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/// Capacity units, as AWS counts them on the table. Assumed: units of indexes are not added.
final class Capacity {
  private Capacity() {}

  static double write(int bytes) {
    return Math.max(1, (bytes + 1023) / 1024);
  }

  static double read(long bytes, @Nullable Boolean consistent) {
    double units = Math.max(1, (bytes + 4095) / 4096);
    return Boolean.TRUE.equals(consistent) ? units : units / 2;
  }

  static @Nullable ConsumedCapacity of(
      @Nullable ReturnConsumedCapacity wanted, Table table, double units) {
    if (wanted == null || wanted == ReturnConsumedCapacity.NONE) {
      return null;
    }
    var builder = ConsumedCapacity.builder().tableName(table.record.name()).capacityUnits(units);
    if (wanted == ReturnConsumedCapacity.INDEXES) {
      builder.table(t -> t.capacityUnits(units)).globalSecondaryIndexes(Map.of());
    }
    return builder.build();
  }
}
