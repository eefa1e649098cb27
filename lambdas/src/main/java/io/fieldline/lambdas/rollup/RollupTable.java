// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.rollup;

import io.fieldline.lambdas.series.Rollup;
import io.fieldline.lambdas.series.RollupBuilder;
import io.fieldline.lambdas.series.RollupCodec;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Duration;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Items of hours and days, each made anew of all that there is and replaced whole, so that it does
/// not matter how often, in which order or by how many functions that is done.
///
/// An item is replaced only by one of as many readings or more. Readings come and never change, so
/// one that was read earlier has fewer; and what is left of an hour whose raw items have begun to
/// expire does not take the place of all of it.
final class RollupTable {
  private static final long DAY_MS = 24 * Rollup.HOUR_MS;

  private final DynamoDbClient tables;
  private final String table;
  private final Duration hourRetention;

  RollupTable(DynamoDbClient tables, String table, Duration hourRetention) {
    this.tables = tables;
    this.table = table;
    this.hourRetention = hourRetention;
  }

  /// The minutes of an hour, of its raw items.
  void mergeHour(String device, long hourMs) {
    var builder = new RollupBuilder(Rollup.MINUTE_MS, hourMs, hourMs + Rollup.HOUR_MS);
    var counted = Counted.NOTHING;
    for (var item :
        items(
            TelemetryKeys.rawPartition(device, TelemetryKeys.day(hourMs)),
            TelemetryKeys.rawFrom(hourMs),
            TelemetryKeys.rawTo(hourMs + Rollup.HOUR_MS - 1))) {
      builder.addRaw(TelemetryKeys.packed(item));
      counted = counted.plusRaw(item);
    }
    replace(
        TelemetryKeys.hour(device, hourMs),
        builder.build(),
        counted,
        Map.of(TelemetryKeys.TTL, Attributes.number((hourMs + hourRetention.toMillis()) / 1000)));
  }

  /// The hours of a day, of its hour items. It is kept for good.
  void mergeDay(String device, long dayMs) {
    var builder = new RollupBuilder(Rollup.HOUR_MS, dayMs, dayMs + DAY_MS);
    var counted = Counted.NOTHING;
    for (var item :
        items(
            TelemetryKeys.hourPartition(device, YearMonth.from(TelemetryKeys.day(dayMs))),
            TelemetryKeys.rawFrom(dayMs),
            TelemetryKeys.rawFrom(dayMs + DAY_MS - 1))) {
      builder.addRollup(TelemetryKeys.packed(item));
      counted = counted.plusRollup(item);
    }
    replace(TelemetryKeys.day(device, dayMs), builder.build(), counted, Map.of());
  }

  /// Consistently: what was stored before the message about it was sent is read.
  private Iterable<Map<String, AttributeValue>> items(String partition, String from, String to) {
    return tables
        .queryPaginator(request ->
            request
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(partition),
                        ":from", Attributes.text(from),
                        ":to", Attributes.text(to))))
        .items();
  }

  private void replace(Key key, Rollup rollup, Counted counted, Map<String, AttributeValue> more) {
    if (rollup.readings() == 0) {
      return;
    }
    var attributes = new HashMap<>(more);
    attributes.putAll(counted.attributes());
    attributes.put(TelemetryKeys.PACKED, Attributes.bytes(RollupCodec.pack(rollup)));
    attributes.put(TelemetryKeys.READINGS, Attributes.number(rollup.readings()));
    try {
      tables.putItem(request ->
          request
              .tableName(table)
              .item(key.with(attributes))
              .conditionExpression("attribute_not_exists(pk) OR #readings <= :readings")
              .expressionAttributeNames(Map.of("#readings", TelemetryKeys.READINGS))
              .expressionAttributeValues(
                  Map.of(":readings", Attributes.number(rollup.readings()))));
    } catch (ConditionalCheckFailedException moreIsThere) {
      // As it should be.
    }
  }
}
