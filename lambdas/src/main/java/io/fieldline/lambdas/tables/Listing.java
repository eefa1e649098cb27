// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The items of a partition whose sort keys begin alike, in parts.
///
/// @param partition the partition key
/// @param prefix what the sort keys begin with; empty for all
/// @param isNewestFirst against the order of the sort keys
public record Listing(String partition, String prefix, boolean isNewestFirst) {
  /// Some items, and after which sort key there are more.
  public record Page(List<Map<String, AttributeValue>> items, Optional<String> next) {}

  /// Reads a part.
  ///
  /// @param after the sort key after which to go on
  /// @param wanted those that count
  /// @param limit how many of them at most, from 1
  public Page page(
      DynamoDbClient tables,
      String table,
      Optional<String> after,
      Predicate<Map<String, AttributeValue>> wanted,
      int limit) {
    var found = new ArrayList<Map<String, AttributeValue>>();
    var start = after.map(sortKey -> new Key(partition, sortKey).attributes()).orElse(Map.of());
    while (true) {
      var from = start;
      var read =
          tables.query(query -> {
            query.tableName(table).scanIndexForward(!isNewestFirst).limit(limit + 1);
            query.keyConditionExpression(
                prefix.isEmpty() ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)");
            query.expressionAttributeValues(
                prefix.isEmpty()
                    ? Map.of(":pk", Attributes.text(partition))
                    : Map.of(
                        ":pk", Attributes.text(partition), ":prefix", Attributes.text(prefix)));
            if (!from.isEmpty()) {
              query.exclusiveStartKey(from);
            }
          });
      for (var item : read.items()) {
        if (wanted.test(item)) {
          if (found.size() == limit) {
            return new Page(found, Attributes.text(found.getLast(), "sk"));
          }
          found.add(item);
        }
      }
      if (!read.hasLastEvaluatedKey()) {
        return new Page(found, Optional.empty());
      }
      start = read.lastEvaluatedKey();
    }
  }
}
