// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.*;

/// Reads and writes single items.
final class Items {
  private final Tables tables;
  private final Permissions permissions;
  private final Consumed consumed;

  Items(Tables tables, Permissions permissions, Consumed consumed) {
    this.tables = tables;
    this.permissions = permissions;
    this.consumed = consumed;
  }

  void register(Api api) {
    api.on(GetItemRequest.class, this::get)
        .access(r -> access("dynamodb:GetItem", r.tableName(), r.key()));
    api.on(PutItemRequest.class, this::put)
        .access(r -> access("dynamodb:PutItem", r.tableName(), r.item()));
    api.on(UpdateItemRequest.class, this::update)
        .access(r -> access("dynamodb:UpdateItem", r.tableName(), r.key()));
    api.on(DeleteItemRequest.class, this::delete)
        .access(r -> access("dynamodb:DeleteItem", r.tableName(), r.key()));
  }

  private List<Access> access(String action, String table, Map<String, AttributeValue> key) {
    return List.of(permissions.item(action, table, key));
  }

  private GetItemResponse get(GetItemRequest r) {
    Requests.refuse(r, Requests.LEGACY);
    Table table = tables.table(r.tableName());
    var placeholders = new Placeholders(r.expressionAttributeNames(), Map.of());
    List<Path> paths =
        r.projectionExpression() == null
            ? List.of()
            : Parser.projection(r.projectionExpression(), placeholders);
    placeholders.checkAllUsed();
    Map<String, AttributeValue> item = table.get(table.key(Values.checked(r.key())));
    double units =
        consumed.read(
            table, Capacity.read(item == null ? 0 : Values.size(item), r.consistentRead()));
    var answer =
        GetItemResponse.builder()
            .consumedCapacity(Capacity.of(r.returnConsumedCapacity(), table, units));
    if (item != null) {
      answer.item(paths.isEmpty() ? item : Projections.of(item, paths));
    }
    return answer.build();
  }

  static @Nullable Condition condition(@Nullable String text, Placeholders placeholders) {
    return text == null ? null : Parser.condition("ConditionExpression", text, placeholders);
  }

  private PutItemResponse put(PutItemRequest r) {
    Requests.refuse(r, Requests.LEGACY);
    Table table = tables.table(r.tableName());
    refuseUpdated(r.returnValues());
    var placeholders =
        new Placeholders(r.expressionAttributeNames(), r.expressionAttributeValues());
    Condition condition = condition(r.conditionExpression(), placeholders);
    placeholders.checkAllUsed();
    var outcome =
        carryOut(
            ItemWrite.put(table, r.item(), condition), r.returnValuesOnConditionCheckFailure());
    return PutItemResponse.builder()
        .attributes(returned(r.returnValues(), outcome))
        .consumedCapacity(capacity(r.returnConsumedCapacity(), outcome))
        .build();
  }

  private static void refuseUpdated(@Nullable ReturnValue wanted) {
    if (wanted != null && wanted != ReturnValue.NONE && wanted != ReturnValue.ALL_OLD) {
      throw AwsFailure.validation("ReturnValues can only be ALL_OLD or NONE");
    }
  }

  private DeleteItemResponse delete(DeleteItemRequest r) {
    Requests.refuse(r, Requests.LEGACY);
    Table table = tables.table(r.tableName());
    refuseUpdated(r.returnValues());
    var placeholders =
        new Placeholders(r.expressionAttributeNames(), r.expressionAttributeValues());
    Condition condition = condition(r.conditionExpression(), placeholders);
    placeholders.checkAllUsed();
    var outcome =
        carryOut(
            ItemWrite.at(table, r.key(), condition, new ItemWrite.Remove()),
            r.returnValuesOnConditionCheckFailure());
    return DeleteItemResponse.builder()
        .attributes(returned(r.returnValues(), outcome))
        .consumedCapacity(capacity(r.returnConsumedCapacity(), outcome))
        .build();
  }

  private UpdateItemResponse update(UpdateItemRequest r) {
    Requests.refuse(r, Requests.LEGACY);
    Table table = tables.table(r.tableName());
    var placeholders =
        new Placeholders(r.expressionAttributeNames(), r.expressionAttributeValues());
    List<Change> changes =
        r.updateExpression() == null
            ? List.of()
            : Parser.update(r.updateExpression(), placeholders);
    Condition condition = condition(r.conditionExpression(), placeholders);
    placeholders.checkAllUsed();
    var outcome =
        carryOut(
            ItemWrite.at(table, r.key(), condition, new ItemWrite.Modify(changes)),
            r.returnValuesOnConditionCheckFailure());
    return UpdateItemResponse.builder()
        .attributes(returned(r.returnValues(), outcome))
        .consumedCapacity(capacity(r.returnConsumedCapacity(), outcome))
        .build();
  }

  private ItemWrite.Outcome carryOut(
      ItemWrite write, @Nullable ReturnValuesOnConditionCheckFailure onFailure) {
    ItemWrite.Outcome outcome =
        tables.locked(() -> {
          ItemWrite.Outcome o = write.outcome();
          if (o.conditionHolds()) {
            o.carryOut();
          }
          return o;
        });
    consumed.written(outcome, 1);
    if (outcome.conditionHolds()) {
      return outcome;
    }
    boolean show =
        onFailure == ReturnValuesOnConditionCheckFailure.ALL_OLD && outcome.before() != null;
    throw new AwsFailure(
        "ConditionalCheckFailedException",
        400,
        "The conditional request failed",
        show ? Map.of("Item", outcome.was()) : Map.of());
  }

  private static @Nullable Map<String, AttributeValue> returned(
      @Nullable ReturnValue wanted, ItemWrite.Outcome outcome) {
    List<Path> paths =
        outcome.write().effect() instanceof ItemWrite.Modify(List<Change> changes)
            ? changes.stream().map(Change::path).toList()
            : List.of();
    Map<String, AttributeValue> result =
        switch (wanted == null ? ReturnValue.NONE : wanted) {
          case ALL_OLD -> outcome.was();
          case ALL_NEW -> outcome.is();
          case UPDATED_OLD -> Projections.of(outcome.was(), paths);
          case UPDATED_NEW -> Projections.of(outcome.is(), paths);
          default -> Map.of();
        };
    return result.isEmpty() ? null : result;
  }

  private static @Nullable ConsumedCapacity capacity(
      @Nullable ReturnConsumedCapacity wanted, ItemWrite.Outcome outcome) {
    return wanted == null
        ? null
        : Capacity.of(wanted, outcome.write().table(), Capacity.write(outcome.size()));
  }
}
