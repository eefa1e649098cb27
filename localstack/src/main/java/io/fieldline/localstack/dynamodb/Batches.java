// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.*;

/// BatchGetItem and BatchWriteItem. Nothing is left unprocessed.
final class Batches {
  private static final int MOST_READS = 100;
  private static final int MOST_WRITES = 25;

  private final Tables tables;
  private final Permissions permissions;
  private final Consumed consumed;

  Batches(Tables tables, Permissions permissions, Consumed consumed) {
    this.tables = tables;
    this.permissions = permissions;
    this.consumed = consumed;
  }

  void register(Api api) {
    api.on(BatchGetItemRequest.class, this::get).access(this::readAccess);
    api.on(BatchWriteItemRequest.class, this::write).access(this::writeAccess);
  }

  private List<Access> readAccess(BatchGetItemRequest r) {
    var needed = new ArrayList<Access>();
    r.requestItems()
        .forEach((table, keys) ->
            keys.keys()
                .forEach(k -> needed.add(permissions.item("dynamodb:BatchGetItem", table, k))));
    return needed;
  }

  private List<Access> writeAccess(BatchWriteItemRequest r) {
    var needed = new ArrayList<Access>();
    r.requestItems()
        .forEach((table, writes) ->
            writes.forEach(w ->
                needed.add(
                    permissions.item(
                        "dynamodb:BatchWriteItem",
                        table,
                        w.putRequest() != null
                            ? w.putRequest().item()
                            : w.deleteRequest().key()))));
    return needed;
  }

  private BatchGetItemResponse get(BatchGetItemRequest r) {
    if (r.requestItems().values().stream().mapToInt(k -> k.keys().size()).sum() > MOST_READS) {
      throw AwsFailure.validation("Too many items requested for the BatchGetItem call");
    }
    var responses = new LinkedHashMap<String, List<Map<String, AttributeValue>>>();
    r.requestItems().forEach((name, keys) -> responses.put(name, read(name, keys)));
    return BatchGetItemResponse.builder().responses(responses).unprocessedKeys(Map.of()).build();
  }

  private List<Map<String, AttributeValue>> read(String name, KeysAndAttributes wanted) {
    Requests.refuse(wanted, Requests.LEGACY);
    Table table = tables.table(name);
    var placeholders = new Placeholders(wanted.expressionAttributeNames(), Map.of());
    List<Path> paths =
        wanted.projectionExpression() == null
            ? List.of()
            : Parser.projection(wanted.projectionExpression(), placeholders);
    placeholders.checkAllUsed();
    var seen = new HashSet<String>();
    var found = new ArrayList<Map<String, AttributeValue>>();
    for (Map<String, AttributeValue> given : wanted.keys()) {
      String key = table.key(Values.checked(given));
      if (!seen.add(key)) {
        throw duplicate();
      }
      Map<String, AttributeValue> item = table.get(key);
      long bytes = item == null ? 0 : Values.size(item);
      consumed.read(table, Capacity.read(bytes, wanted.consistentRead()));
      if (item != null) {
        found.add(paths.isEmpty() ? item : Projections.of(item, paths));
      }
    }
    return found;
  }

  private static AwsFailure duplicate() {
    return AwsFailure.validation("Provided list of item keys contains duplicates");
  }

  private BatchWriteItemResponse write(BatchWriteItemRequest r) {
    var writes = new ArrayList<ItemWrite>();
    var seen = new HashSet<String>();
    r.requestItems()
        .forEach((name, requests) -> {
          Table table = tables.table(name);
          for (WriteRequest request : requests) {
            ItemWrite write = write(table, request);
            if (!seen.add(table.arn + "|" + write.key())) {
              throw duplicate();
            }
            writes.add(write);
          }
        });
    if (writes.size() > MOST_WRITES) {
      throw AwsFailure.validation("Too many items requested for the BatchWriteItem call");
    }
    tables.locked(() -> {
      for (ItemWrite write : writes) {
        ItemWrite.Outcome outcome = write.outcome();
        outcome.carryOut();
        consumed.written(outcome, 1);
      }
      return writes;
    });
    return BatchWriteItemResponse.builder().unprocessedItems(Map.of()).build();
  }

  private static ItemWrite write(Table table, WriteRequest request) {
    if (request.putRequest() != null) {
      return ItemWrite.put(table, request.putRequest().item(), null);
    }
    if (request.deleteRequest() == null) {
      throw AwsFailure.validation(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of"
              + " the supported datatypes");
    }
    return ItemWrite.at(table, request.deleteRequest().key(), null, new ItemWrite.Remove());
  }
}
