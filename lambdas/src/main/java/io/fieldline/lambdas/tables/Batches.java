// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/// Items by their keys.
public final class Batches {
  /// Source: Amazon DynamoDB API, BatchGetItem.
  private static final int AT_ONCE = 100;

  private Batches() {}

  /// Those that are there, in no order; what was written just now may not be seen.
  public static List<Map<String, AttributeValue>> get(
      DynamoDbClient tables, String table, List<Map<String, AttributeValue>> keys) {
    return get(tables, table, keys, false);
  }

  /// Those that are there, in no order, with whatever was written before.
  public static List<Map<String, AttributeValue>> getConsistently(
      DynamoDbClient tables, String table, List<Map<String, AttributeValue>> keys) {
    return get(tables, table, keys, true);
  }

  private static List<Map<String, AttributeValue>> get(
      DynamoDbClient tables,
      String table,
      List<Map<String, AttributeValue>> keys,
      boolean isConsistent) {
    var found = new ArrayList<Map<String, AttributeValue>>();
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      var some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
      var request =
          Map.of(
              table, KeysAndAttributes.builder().keys(some).consistentRead(isConsistent).build());
      while (!request.isEmpty()) {
        var asked = request;
        var answer = tables.batchGetItem(batch -> batch.requestItems(asked));
        found.addAll(answer.responses().getOrDefault(table, List.of()));
        request = answer.unprocessedKeys();
      }
    }
    return found;
  }
}
