// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/// Entries of the quarantine in the fleet table, by the UTC day on which they came.
final class QuarantineTable {
  /// An item is at most 400 KB; the rest of an entry, its reason first, takes no more than 20.
  ///
  /// Source: Amazon DynamoDB Developer Guide, quotas: item size.
  private static final int MOST_OF_MESSAGE_BYTES = 380_000;

  private static final int READ_AT_ONCE = 100;
  private static final int MOST_READS = 120;
  private static final String SHOWN =
      "pk, sk, atMs, messageId, kind, reason, #source, thing, #to, messageBytes, replayedMs,"
          + " replayedBy, replays";

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Duration retention;

  QuarantineTable(DynamoDbClient tables, String fleetTable, Duration retention) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.retention = retention;
  }

  /// Keeps an entry; one that is there already, and perhaps replayed, stays as it is.
  ///
  /// @return false if the message has no room: then the entry says how long it is, and no more
  boolean keep(Quarantined entry) {
    boolean isWhole = entry.message().asByteArrayUnsafe().length <= MOST_OF_MESSAGE_BYTES;
    var item = entry.item(isWhole, entry.atMs() + retention.toMillis());
    try {
      tables.putItem(request ->
          request.tableName(fleetTable).item(item).conditionExpression("attribute_not_exists(pk)"));
    } catch (ConditionalCheckFailedException cameAlready) {
      // The first stays.
    }
    return isWhole;
  }

  /// The item of an entry with its message, if it is there.
  Optional<Map<String, AttributeValue>> get(Key key) {
    var item =
        tables
            .getItem(
                request -> request.tableName(fleetTable).key(key.attributes()).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  /// Some entries without their messages, and after which identifier there may be more.
  record Page(List<Map<String, AttributeValue>> items, Optional<String> next) {}

  /// Entries from the newest to the oldest that are not over.
  ///
  /// @param kind only those; empty for all
  /// @param after the identifier after which to go on
  /// @param limit at most so many; fewer do not say that there are no more
  Page page(Optional<Quarantined.Kind> kind, Optional<Key> after, int limit, long nowMs) {
    var found = new ArrayList<Map<String, AttributeValue>>();
    var last = TelemetryKeys.day(nowMs - retention.toMillis());
    var day = TelemetryKeys.day(nowMs);
    var start = newestOf(day);
    if (after.isPresent()) {
      start = after.get();
      day = FleetKeys.quarantineDay(start);
    }
    for (int reads = 0; !day.isBefore(last); reads++) {
      if (reads == MOST_READS) {
        return new Page(found, Optional.of(start.sk()));
      }
      var read = tables.query(request(kind, start));
      for (var item : read.items()) {
        if (found.size() == limit) {
          return new Page(found, Attributes.text(found.getLast(), "sk"));
        }
        found.add(item);
      }
      if (read.hasLastEvaluatedKey()) {
        start = new Key(start.pk(), Attributes.text(read.lastEvaluatedKey(), "sk").orElseThrow());
      } else {
        day = day.minusDays(1);
        start = newestOf(day);
      }
    }
    return new Page(found, Optional.empty());
  }

  /// Above all entries of a day.
  private static Key newestOf(LocalDate day) {
    long nextMs = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return FleetKeys.quarantined(nextMs - 1, "~");
  }

  private QueryRequest request(Optional<Quarantined.Kind> kind, Key after) {
    var request =
        QueryRequest.builder()
            .tableName(fleetTable)
            .keyConditionExpression("pk = :pk")
            .projectionExpression(SHOWN)
            .expressionAttributeNames(Map.of("#source", "source", "#to", "to"))
            .scanIndexForward(false)
            .limit(READ_AT_ONCE)
            .exclusiveStartKey(after.attributes());
    var values = new HashMap<>(Map.of(":pk", Attributes.text(after.pk())));
    kind.ifPresent(only -> {
      values.put(":kind", Attributes.text(only.name()));
      request.filterExpression("kind = :kind");
    });
    return request.expressionAttributeValues(values).build();
  }

  /// Notes that an entry was sent again.
  void replayed(Key key, String by, long atMs) {
    tables.updateItem(request ->
        request
            .tableName(fleetTable)
            .key(key.attributes())
            .updateExpression("SET replayedMs = :at, replayedBy = :by ADD replays :one")
            .conditionExpression("attribute_exists(pk)")
            .expressionAttributeValues(
                Map.of(
                    ":at", Attributes.number(atMs),
                    ":by", Attributes.text(by),
                    ":one", Attributes.number(1))));
  }

  /// Forgets an entry; false if it was not there.
  boolean drop(Key key) {
    try {
      tables.deleteItem(request ->
          request
              .tableName(fleetTable)
              .key(key.attributes())
              .conditionExpression("attribute_exists(pk)"));
      return true;
    } catch (ConditionalCheckFailedException notThere) {
      return false;
    }
  }
}
