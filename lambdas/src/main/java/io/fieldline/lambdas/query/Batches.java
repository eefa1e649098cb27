// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/// Items by their keys.
final class Batches {
  /// Source: Amazon DynamoDB API, BatchGetItem.
  private static final int AT_ONCE = 100;

  private Batches() {}

  /// Those that are there, in no order.
  static List<Map<String, AttributeValue>> get(
      DynamoDbClient tables, String table, List<Map<String, AttributeValue>> keys) {
    var found = new ArrayList<Map<String, AttributeValue>>();
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      var some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
      var request = Map.of(table, KeysAndAttributes.builder().keys(some).build());
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
