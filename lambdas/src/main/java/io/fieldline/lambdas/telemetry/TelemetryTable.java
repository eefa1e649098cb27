// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Raw items and latest state. Repeating a batch changes nothing: key and bytes are made from it
/// alone.
final class TelemetryTable {
  private static final int SENSORS_AN_UPDATE = 20;

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

  /// Updates the latest state.
  ///
  /// @return the newest reading of each sensor of the batch, by sensor, of which none newer is
  ///   known
  Map<String, Reading> updateLatest(TelemetryBatch batch) {
    var newest = new LinkedHashMap<String, Reading>();
    for (var reading : batch.readings()) {
      newest.merge(
          reading.sensor(), reading, (one, other) -> other.atMs() >= one.atMs() ? other : one);
    }
    var all = new ArrayList<>(newest.values());
    for (int from = 0; from < all.size(); from += SENSORS_AN_UPDATE) {
      var some = all.subList(from, Math.min(all.size(), from + SENSORS_AN_UPDATE));
      if (!updated(batch.device(), some)) {
        some.stream()
            .filter(reading -> some.size() == 1 || !updated(batch.device(), List.of(reading)))
            .forEach(late -> newest.remove(late.sensor()));
      }
    }
    return newest;
  }

  /// Sets all of these sensors if none has a newer value.
  private boolean updated(String device, List<Reading> readings) {
    var sets = new ArrayList<String>();
    var conditions = new ArrayList<String>();
    var names = new HashMap<String, String>();
    var values = new HashMap<String, AttributeValue>();
    for (int i = 0; i < readings.size(); i++) {
      var reading = readings.get(i);
      sets.add("#s" + i + " = :s" + i);
      conditions.add("(attribute_not_exists(#s" + i + ") OR #s" + i + ".atMs <= :t" + i + ")");
      names.put("#s" + i, TelemetryKeys.latestOf(reading.sensor()));
      values.put(":s" + i, latest(reading));
      values.put(":t" + i, Attributes.number(reading.atMs()));
    }
    try {
      tables.updateItem(request ->
          request
              .tableName(table)
              .key(TelemetryKeys.latest(device).attributes())
              .updateExpression("SET " + String.join(", ", sets))
              .conditionExpression(String.join(" AND ", conditions))
              .expressionAttributeNames(names)
              .expressionAttributeValues(values));
      return true;
    } catch (ConditionalCheckFailedException newerIsKnown) {
      return false;
    }
  }

  private static AttributeValue latest(Reading reading) {
    return AttributeValue.fromM(
        Map.of(
            "value", Attributes.number(reading.value()),
            "unit", Attributes.text(reading.unit()),
            "atMs", Attributes.number(reading.atMs())));
  }
}
