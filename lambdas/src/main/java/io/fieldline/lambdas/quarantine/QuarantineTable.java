// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DailyListing;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.lambdas.tables.Quarantined;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Entries of the quarantine in the fleet table, by the UTC day on which they came.
final class QuarantineTable {
  /// An item is at most 400 KB; the rest of an entry, its reason first, takes no more than 20.
  ///
  /// Source: Amazon DynamoDB Developer Guide, quotas: item size.
  private static final int MOST_OF_MESSAGE_BYTES = 380_000;

  private static final List<String> SHOWN =
      List.of(
          "atMs",
          "messageId",
          "kind",
          "reason",
          "source",
          "thing",
          "to",
          "messageBytes",
          "replayedMs",
          "replayedBy",
          "replays");

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

  /// Entries without their messages, from the newest to the oldest.
  ///
  /// @param kind only those; empty for all
  Listing.Page page(Optional<Quarantined.Kind> kind, Optional<Key> after, int limit, long nowMs) {
    return new DailyListing(FleetKeys.QUARANTINE, retention, SHOWN)
        .page(
            tables,
            fleetTable,
            after,
            item -> kind.isEmpty() || Attributes.text(item, "kind").equals(kind.map(Enum::name)),
            limit,
            nowMs);
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
