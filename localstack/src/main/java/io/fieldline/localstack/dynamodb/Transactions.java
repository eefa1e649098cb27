// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.*;

/// TransactWriteItems and TransactGetItems: all or nothing, under the one lock. A
/// ClientRequestToken is accepted and not remembered: a repeat is carried out again.
final class Transactions {
  private final Tables tables;
  private final Permissions permissions;
  private final Consumed consumed;

  Transactions(Tables tables, Permissions permissions, Consumed consumed) {
    this.tables = tables;
    this.permissions = permissions;
    this.consumed = consumed;
  }

  void register(Api api) {
    api.on(TransactWriteItemsRequest.class, this::write)
        .access(r -> r.transactItems().stream().map(this::access).toList());
    api.on(TransactGetItemsRequest.class, this::get)
        .access(r ->
            r.transactItems().stream()
                .map(i -> permissions.item("dynamodb:GetItem", i.get().tableName(), i.get().key()))
                .toList());
  }

  private Access access(TransactWriteItem item) {
    if (item.put() != null) {
      return permissions.item("dynamodb:PutItem", item.put().tableName(), item.put().item());
    }
    if (item.update() != null) {
      return permissions.item(
          "dynamodb:UpdateItem", item.update().tableName(), item.update().key());
    }
    if (item.delete() != null) {
      return permissions.item(
          "dynamodb:DeleteItem", item.delete().tableName(), item.delete().key());
    }
    if (item.conditionCheck() != null) {
      return permissions.item(
          "dynamodb:ConditionCheckItem",
          item.conditionCheck().tableName(),
          item.conditionCheck().key());
    }
    throw AwsFailure.validation(
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }

  private record Step(ItemWrite write, boolean showOld) {}

  private TransactWriteItemsResponse write(TransactWriteItemsRequest r) {
    List<Step> steps = r.transactItems().stream().map(this::step).toList();
    var seen = new HashSet<String>();
    for (Step step : steps) {
      if (!seen.add(step.write().table().arn + "|" + step.write().key())) {
        throw AwsFailure.validation(
            "Transaction request cannot include multiple operations on one item");
      }
    }
    return tables.locked(() -> {
      var outcomes = new ArrayList<ItemWrite.Outcome>();
      var reasons = new ArrayList<CancellationReason>();
      for (Step step : steps) {
        reasons.add(attempt(step, outcomes));
      }
      outcomes.forEach(outcome -> consumed.written(outcome, 2));
      if (outcomes.size() < steps.size()) {
        throw cancelled(reasons);
      }
      outcomes.forEach(ItemWrite.Outcome::carryOut);
      return TransactWriteItemsResponse.builder()
          .consumedCapacity(capacity(r.returnConsumedCapacity(), outcomes))
          .build();
    });
  }

  private static @Nullable List<ConsumedCapacity> capacity(
      @Nullable ReturnConsumedCapacity wanted, List<ItemWrite.Outcome> outcomes) {
    if (wanted == null || wanted == ReturnConsumedCapacity.NONE) {
      return null;
    }
    return outcomes.stream()
        .collect(
            Collectors.groupingBy(
                o -> o.write().table(),
                Collectors.summingDouble(o -> 2 * Capacity.write(o.size()))))
        .entrySet()
        .stream()
        .map(e -> Capacity.of(wanted, e.getKey(), e.getValue()))
        .toList();
  }

  private CancellationReason attempt(Step step, List<ItemWrite.Outcome> outcomes) {
    ItemWrite.Outcome outcome;
    try {
      outcome = step.write().outcome();
    } catch (AwsFailure e) {
      return CancellationReason.builder().code("ValidationError").message(e.message()).build();
    }
    if (outcome.conditionHolds()) {
      outcomes.add(outcome);
      return CancellationReason.builder().code("None").build();
    }
    consumed.written(outcome, 2);
    var reason =
        CancellationReason.builder()
            .code("ConditionalCheckFailed")
            .message("The conditional request failed");
    if (step.showOld() && outcome.before() != null) {
      reason.item(outcome.before());
    }
    return reason.build();
  }

  private static AwsFailure cancelled(List<CancellationReason> reasons) {
    String codes = reasons.stream().map(CancellationReason::code).collect(Collectors.joining(", "));
    return new AwsFailure(
        "TransactionCanceledException",
        400,
        "Transaction cancelled, please refer cancellation reasons for specific reasons ["
            + codes
            + "]",
        Map.of("CancellationReasons", reasons));
  }

  private Step step(TransactWriteItem item) {
    if (item.put() != null) {
      Put p = item.put();
      var ph = new Placeholders(p.expressionAttributeNames(), p.expressionAttributeValues());
      Condition c = Items.condition(p.conditionExpression(), ph);
      ph.checkAllUsed();
      return new Step(
          ItemWrite.put(tables.table(p.tableName()), p.item(), c),
          showOld(p.returnValuesOnConditionCheckFailure()));
    }
    if (item.update() != null) {
      Update u = item.update();
      var ph = new Placeholders(u.expressionAttributeNames(), u.expressionAttributeValues());
      List<Change> changes = Parser.update(u.updateExpression(), ph);
      Condition c = Items.condition(u.conditionExpression(), ph);
      ph.checkAllUsed();
      return new Step(
          ItemWrite.at(tables.table(u.tableName()), u.key(), c, new ItemWrite.Modify(changes)),
          showOld(u.returnValuesOnConditionCheckFailure()));
    }
    if (item.delete() != null) {
      Delete d = item.delete();
      var ph = new Placeholders(d.expressionAttributeNames(), d.expressionAttributeValues());
      Condition c = Items.condition(d.conditionExpression(), ph);
      ph.checkAllUsed();
      return new Step(
          ItemWrite.at(tables.table(d.tableName()), d.key(), c, new ItemWrite.Remove()),
          showOld(d.returnValuesOnConditionCheckFailure()));
    }
    ConditionCheck k = item.conditionCheck();
    var ph = new Placeholders(k.expressionAttributeNames(), k.expressionAttributeValues());
    Condition c = Items.condition(k.conditionExpression(), ph);
    ph.checkAllUsed();
    return new Step(
        ItemWrite.at(tables.table(k.tableName()), k.key(), c, new ItemWrite.Check()),
        showOld(k.returnValuesOnConditionCheckFailure()));
  }

  private static boolean showOld(@Nullable ReturnValuesOnConditionCheckFailure wanted) {
    return wanted == ReturnValuesOnConditionCheckFailure.ALL_OLD;
  }

  private TransactGetItemsResponse get(TransactGetItemsRequest r) {
    return tables.locked(() ->
        TransactGetItemsResponse.builder()
            .responses(r.transactItems().stream().map(i -> read(i.get())).toList())
            .build());
  }

  private ItemResponse read(Get get) {
    Table table = tables.table(get.tableName());
    var placeholders = new Placeholders(get.expressionAttributeNames(), Map.of());
    List<Path> paths =
        get.projectionExpression() == null
            ? List.of()
            : Parser.projection(get.projectionExpression(), placeholders);
    placeholders.checkAllUsed();
    Map<String, AttributeValue> item = table.get(table.key(Values.checked(get.key())));
    consumed.read(table, 2 * Capacity.read(item == null ? 0 : Values.size(item), true));
    if (item == null) {
      return ItemResponse.builder().build();
    }
    return ItemResponse.builder()
        .item(paths.isEmpty() ? item : Projections.of(item, paths))
        .build();
  }
}
