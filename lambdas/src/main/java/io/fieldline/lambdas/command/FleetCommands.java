// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// The commands to many, and for whom each is: whoever writes that first decides it.
final class FleetCommands {
  /// Source: Amazon DynamoDB API, BatchGetItem.
  private static final int READ_AT_ONCE = 100;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Duration retention;

  FleetCommands(DynamoDbClient tables, String fleetTable, Duration retention) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.retention = retention;
  }

  /// For whom a command is.
  ///
  /// @param things who is to get it
  /// @param refused whom it cannot be given to, and why
  record Targets(List<String> things, Map<String, String> refused) {}

  /// Writes a command down; one that is there stays as it is.
  ///
  /// @return for whom it is
  Targets begin(FleetCommand command, Targets targets) {
    var ttl = Attributes.number((command.atMs() + retention.toMillis()) / 1000);
    var item = new HashMap<String, AttributeValue>();
    item.put("by", Attributes.text(command.by()));
    item.put("atMs", Attributes.number(command.atMs()));
    item.put("actuator", Attributes.text(command.actuator()));
    item.put("value", Attributes.of(command.value()));
    item.put("expiresAtMs", Attributes.number(command.expiresAtMs()));
    item.put("devices", Attributes.texts(command.devices()));
    item.put("groups", Attributes.texts(command.groups()));
    item.put("targets", Attributes.number((long) targets.things().size()));
    item.put(TelemetryKeys.TTL, ttl);
    command.schedule().ifPresent(name -> item.put("schedule", Attributes.text(name)));
    var refused = new HashMap<String, AttributeValue>();
    targets.refused().forEach((thing, why) -> refused.put(thing, Attributes.text(why)));
    var whom =
        Map.of(
            "things",
            Attributes.texts(targets.things()),
            "refused",
            AttributeValue.fromM(refused),
            TelemetryKeys.TTL,
            ttl);
    var writes =
        new ArrayList<>(
            List.of(
                put(FleetKeys.fleetCommand(command.id()).with(item)),
                put(FleetKeys.fleetCommandTargets(command.id()).with(whom))));
    command
        .schedule()
        .ifPresent(name ->
            writes.add(
                put(
                    FleetKeys.run(name, command.id())
                        .with(
                            Map.of("id", Attributes.text(command.id()), TelemetryKeys.TTL, ttl)))));
    try {
      tables.transactWriteItems(write -> write.transactItems(writes));
      return targets;
    } catch (TransactionCanceledException beganBefore) {
      return targets(command.id()).orElseThrow(() -> beganBefore);
    }
  }

  private TransactWriteItem put(Map<String, AttributeValue> item) {
    return TransactWriteItem.builder()
        .put(put ->
            put.tableName(fleetTable).item(item).conditionExpression("attribute_not_exists(pk)"))
        .build();
  }

  Optional<Map<String, AttributeValue>> get(String id) {
    return item(FleetKeys.fleetCommand(id));
  }

  Optional<Targets> targets(String id) {
    return item(FleetKeys.fleetCommandTargets(id))
        .map(item -> {
          var refused = new HashMap<String, String>();
          Attributes.map(item, "refused").forEach((thing, why) -> refused.put(thing, why.s()));
          return new Targets(Attributes.texts(item, "things"), refused);
        });
  }

  private Optional<Map<String, AttributeValue>> item(Key key) {
    var item =
        tables
            .getItem(get -> get.tableName(fleetTable).key(key.attributes()).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  /// Notes why a thing does not get it.
  void refuse(String id, String thing, String why) {
    tables.updateItem(update ->
        update
            .tableName(fleetTable)
            .key(FleetKeys.fleetCommandTargets(id).attributes())
            .updateExpression("SET refused.#thing = :why")
            .conditionExpression("attribute_exists(pk)")
            .expressionAttributeNames(Map.of("#thing", thing))
            .expressionAttributeValues(Map.of(":why", Attributes.text(why))));
  }

  /// Keeps how it ended, so that nobody has to count again.
  void settled(String id, Map<String, Integer> counts) {
    var kept = new HashMap<String, AttributeValue>();
    counts.forEach((status, count) -> kept.put(status, Attributes.number((long) count)));
    try {
      tables.updateItem(update ->
          update
              .tableName(fleetTable)
              .key(FleetKeys.fleetCommand(id).attributes())
              .updateExpression("SET #counts = :counts")
              .conditionExpression("attribute_exists(pk)")
              .expressionAttributeNames(Map.of("#counts", "counts"))
              .expressionAttributeValues(Map.of(":counts", AttributeValue.fromM(kept))));
    } catch (ConditionalCheckFailedException expired) {
      // Nobody asks for it any more.
    }
  }

  /// The things of a group's devices.
  List<String> thingsOf(String group, int most) {
    return Grouping.GROUP
        .members(group)
        .page(tables, fleetTable, Optional.empty(), _ -> true, most)
        .items()
        .stream()
        .map(item -> Attributes.text(item, "thing").orElseThrow())
        .distinct()
        .toList();
  }

  /// The items of these keys that are there, by key.
  Map<Key, Map<String, AttributeValue>> items(List<Key> keys) {
    var found = new HashMap<Key, Map<String, AttributeValue>>();
    for (int from = 0; from < keys.size(); from += READ_AT_ONCE) {
      var some = keys.subList(from, Math.min(keys.size(), from + READ_AT_ONCE));
      var request =
          Map.of(
              fleetTable,
              KeysAndAttributes.builder()
                  .keys(some.stream().map(Key::attributes).toList())
                  .consistentRead(true)
                  .build());
      while (!request.isEmpty()) {
        var asked = request;
        var answer = tables.batchGetItem(get -> get.requestItems(asked));
        for (var item : answer.responses().getOrDefault(fleetTable, new ArrayList<>())) {
          found.put(
              new Key(
                  Attributes.text(item, "pk").orElseThrow(),
                  Attributes.text(item, "sk").orElseThrow()),
              item);
        }
        request = answer.unprocessedKeys();
      }
    }
    return found;
  }
}
