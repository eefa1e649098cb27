// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.TelemetryBatch;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Raw items. Repeating a batch changes nothing: key and bytes are made from it alone.
final class TelemetryTable {
  private final DynamoDbClient tables;
  private final String table;
  private final Duration retention;

  TelemetryTable(DynamoDbClient tables, String table, Duration retention) {
    this.tables = tables;
    this.table = table;
    this.retention = retention;
  }

  /// Stores a batch, an item for each hour in which it has readings; not those that would be over
  /// when they are written, since they go whenever DynamoDB comes to it.
  ///
  /// @param receivedMs epoch milliseconds
  /// @return how many readings were too old to be kept
  int put(TelemetryBatch batch, long receivedMs) {
    var identity = new TelemetryBatch.Identity(batch.epoch(), batch.lane(), batch.firstSeq());
    int tooOld = 0;
    for (var part : HourParts.of(batch)) {
      if (part.fromMs() + retention.toMillis() <= receivedMs) {
        tooOld += part.columns().stream().mapToInt(samples -> samples.atMs().length).sum();
        continue;
      }
      var item =
          TelemetryKeys.raw(batch.device(), part.fromMs(), identity)
              .with(
                  Map.of(
                      TelemetryKeys.PACKED, Attributes.bytes(PackedCodec.pack(part.columns())),
                      TelemetryKeys.TTL,
                          Attributes.number((part.fromMs() + retention.toMillis()) / 1000)));
      tables.putItem(request -> request.tableName(table).item(item));
    }
    return tooOld;
  }

  Duration retention() {
    return retention;
  }
}
