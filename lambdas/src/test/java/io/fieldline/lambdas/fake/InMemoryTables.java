// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/// Tables with the keys `pk` and `sk` in memory; pages of two items, so that paging is used.
public final class InMemoryTables implements DynamoDbClient {
  private static final int PAGE = 2;

  private final Map<String, NavigableMap<String, Map<String, AttributeValue>>> tables =
      new HashMap<>();
  private @Nullable RuntimeException nextFailure;
  private int writes;

  /// The next write fails so.
  public void failNextWrite(RuntimeException failure) {
    nextFailure = failure;
  }

  /// How many writes succeeded.
  public synchronized int writes() {
    return writes;
  }

  /// All items of a table.
  public synchronized List<Map<String, AttributeValue>> items(String table) {
    return List.copyOf(table(table).values());
  }

  private NavigableMap<String, Map<String, AttributeValue>> table(String name) {
    return tables.computeIfAbsent(name, one -> new TreeMap<>());
  }

  private static String keyOf(Map<String, AttributeValue> item) {
    return item.get("pk").s() + '\0' + item.get("sk").s();
  }

  private void check(
      @Nullable String condition,
      Map<String, String> names,
      Map<String, AttributeValue> values,
      @Nullable Map<String, AttributeValue> item) {
    if (condition != null && !new Expression(condition, names, values).test(item)) {
      throw ConditionalCheckFailedException.builder()
          .message("The conditional request failed")
          .build();
    }
  }

  private void failIfAsked() {
    var failure = nextFailure;
    nextFailure = null;
    if (failure != null) {
      throw failure;
    }
    writes++;
  }

  @Override
  public synchronized PutItemResponse putItem(PutItemRequest request) {
    failIfAsked();
    var table = table(request.tableName());
    check(
        request.conditionExpression(),
        request.expressionAttributeNames(),
        request.expressionAttributeValues(),
        table.get(keyOf(request.item())));
    table.put(keyOf(request.item()), request.item());
    return PutItemResponse.builder().build();
  }

  @Override
  public synchronized UpdateItemResponse updateItem(UpdateItemRequest request) {
    failIfAsked();
    var table = table(request.tableName());
    var before = table.get(keyOf(request.key()));
    check(
        request.conditionExpression(),
        request.expressionAttributeNames(),
        request.expressionAttributeValues(),
        before);
    var after =
        updated(
            before == null ? request.key() : before,
            request.updateExpression(),
            request.expressionAttributeNames(),
            request.expressionAttributeValues());
    table.put(keyOf(after), after);
    return UpdateItemResponse.builder().build();
  }

  private static Map<String, AttributeValue> updated(
      Map<String, AttributeValue> before,
      String expression,
      Map<String, String> names,
      Map<String, AttributeValue> values) {
    if (!expression.startsWith("SET ")) {
      throw new IllegalArgumentException("not understood: " + expression);
    }
    var after = new HashMap<>(before);
    for (var set : expression.substring(4).split(",")) {
      var sides = set.strip().split(" = ");
      var value = values.get(sides[1]);
      if (value == null) {
        throw new IllegalArgumentException("not understood: " + set);
      }
      after.put(new Expression("", names, values).name(sides[0]), value);
    }
    return after;
  }

  @Override
  public synchronized DeleteItemResponse deleteItem(DeleteItemRequest request) {
    failIfAsked();
    table(request.tableName()).remove(keyOf(request.key()));
    return DeleteItemResponse.builder().build();
  }

  @Override
  public synchronized GetItemResponse getItem(GetItemRequest request) {
    var item = table(request.tableName()).get(keyOf(request.key()));
    return item == null
        ? GetItemResponse.builder().build()
        : GetItemResponse.builder().item(item).build();
  }

  @Override
  public synchronized QueryResponse query(QueryRequest request) {
    var condition =
        new Expression(
            request.keyConditionExpression(),
            request.expressionAttributeNames(),
            request.expressionAttributeValues());
    var all = table(request.tableName());
    var start = request.exclusiveStartKey().isEmpty() ? "" : keyOf(request.exclusiveStartKey());
    boolean forward = request.scanIndexForward() == null || request.scanIndexForward();
    int limit = request.limit() == null ? PAGE : request.limit();
    var found = new ArrayList<Map<String, AttributeValue>>();
    for (var item : (forward ? all : all.descendingMap()).values()) {
      boolean after = start.isEmpty() || keyOf(item).compareTo(start) > 0 == forward;
      if (after && !keyOf(item).equals(start) && condition.test(item)) {
        if (found.size() == limit) {
          var last = found.getLast();
          return QueryResponse.builder()
              .items(found)
              .lastEvaluatedKey(Map.of("pk", last.get("pk"), "sk", last.get("sk")))
              .build();
        }
        found.add(item);
      }
    }
    return QueryResponse.builder().items(found).build();
  }

  @Override
  public synchronized BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    var answers = new HashMap<String, List<Map<String, AttributeValue>>>();
    request
        .requestItems()
        .forEach((table, keys) ->
            answers.put(
                table,
                keys.keys().stream()
                    .map(key -> table(table).get(keyOf(key)))
                    .filter(item -> item != null)
                    .toList()));
    return BatchGetItemResponse.builder().responses(answers).build();
  }

  @Override
  public synchronized TransactWriteItemsResponse transactWriteItems(
      TransactWriteItemsRequest request) {
    failIfAsked();
    var reasons = new ArrayList<CancellationReason>();
    boolean cancelled = false;
    for (var write : request.transactItems()) {
      boolean holds = holds(write);
      cancelled |= !holds;
      reasons.add(
          CancellationReason.builder().code(holds ? "None" : "ConditionalCheckFailed").build());
    }
    if (cancelled) {
      throw TransactionCanceledException.builder().cancellationReasons(reasons).build();
    }
    request.transactItems().forEach(this::apply);
    return TransactWriteItemsResponse.builder().build();
  }

  private boolean holds(TransactWriteItem write) {
    try {
      if (write.put() != null) {
        var put = write.put();
        check(
            put.conditionExpression(),
            put.expressionAttributeNames(),
            put.expressionAttributeValues(),
            table(put.tableName()).get(keyOf(put.item())));
      } else {
        var update = write.update();
        check(
            update.conditionExpression(),
            update.expressionAttributeNames(),
            update.expressionAttributeValues(),
            table(update.tableName()).get(keyOf(update.key())));
      }
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private void apply(TransactWriteItem write) {
    if (write.put() != null) {
      table(write.put().tableName()).put(keyOf(write.put().item()), write.put().item());
      return;
    }
    var update = write.update();
    var table = table(update.tableName());
    table.compute(
        keyOf(update.key()),
        (key, before) ->
            updated(
                before == null ? update.key() : before,
                update.updateExpression(),
                update.expressionAttributeNames(),
                update.expressionAttributeValues()));
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
