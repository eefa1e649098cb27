// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import io.fieldline.messages.Command;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// What alarm rules have come to, in the fleet table. A state replaces only the one that it was
/// made from, and carries the command that is owed because of it until that was issued: so of all
/// who judge the same readings one raises the alarm, and a function that ends in between owes its
/// command still.
final class AlarmStates {
  private static final String OWED = "owed";

  private final DynamoDbClient tables;
  private final String fleetTable;

  AlarmStates(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// A command that an alarm has caused and that may not have been issued yet.
  ///
  /// @param atMs epoch milliseconds, also told by the command's identifier
  record Owed(Order order, Command command, long atMs) {}

  /// A rule's state as it was read.
  ///
  /// @param item as it is in the table; empty if it is not there
  record Kept(Map<String, AttributeValue> item, AlarmState state, Optional<Owed> owed) {}

  Kept read(String thing, AlarmRule rule) {
    var item =
        tables
            .getItem(request ->
                request
                    .tableName(fleetTable)
                    .key(FleetKeys.alarm(thing, rule.name()).attributes())
                    .consistentRead(true))
            .item();
    var owed =
        item.containsKey(OWED) ? Optional.of(owed(item.get(OWED).m())) : Optional.<Owed>empty();
    return new Kept(item, state(item, rule), owed);
  }

  /// State of a rule that was changed to mean another sensor is no state of this one.
  private static AlarmState state(Map<String, AttributeValue> item, AlarmRule rule) {
    if (item.isEmpty()
        || !Attributes.text(item, "device").orElse("").equals(rule.device())
        || !Attributes.text(item, "sensor").orElse("").equals(rule.sensor())) {
      return AlarmState.NONE;
    }
    return new AlarmState(
        item.getOrDefault("raised", AttributeValue.fromBool(false)).bool(),
        Attributes.whole(item, "sinceMs"),
        Attributes.whole(item, "lastMs"),
        Attributes.number(item, "value"));
  }

  /// Writes the state that follows from one that was read; false if that is no longer the one.
  boolean replace(
      Kept before, String thing, AlarmRule rule, AlarmState state, Optional<Owed> owed) {
    var item = new HashMap<>(FleetKeys.alarm(thing, rule.name()).with(attributes(rule, state)));
    owed.ifPresent(one -> item.put(OWED, AttributeValue.fromM(attributes(one))));
    try {
      tables.putItem(request -> {
        request.tableName(fleetTable).item(item);
        if (before.item().isEmpty()) {
          request.conditionExpression("attribute_not_exists(pk)");
        } else {
          request
              .conditionExpression(
                  "sinceMs = :since AND lastMs = :last AND device = :device AND sensor = :sensor")
              .expressionAttributeValues(
                  Map.of(
                      ":since", before.item().get("sinceMs"),
                      ":last", before.item().get("lastMs"),
                      ":device", before.item().get("device"),
                      ":sensor", before.item().get("sensor")));
        }
      });
      return true;
    } catch (ConditionalCheckFailedException anotherWasFaster) {
      return false;
    }
  }

  private static Map<String, AttributeValue> attributes(AlarmRule rule, AlarmState state) {
    return Map.of(
        "device", Attributes.text(rule.device()),
        "sensor", Attributes.text(rule.sensor()),
        "raised", AttributeValue.fromBool(state.raised()),
        "sinceMs", Attributes.number(state.sinceMs()),
        "lastMs", Attributes.number(state.lastMs()),
        "value", Attributes.number(state.value()));
  }

  /// The command was issued, or never will be.
  void settle(String thing, AlarmRule rule, Owed owed) {
    try {
      tables.updateItem(request ->
          request
              .tableName(fleetTable)
              .key(FleetKeys.alarm(thing, rule.name()).attributes())
              .updateExpression("REMOVE owed")
              .conditionExpression("owed.id = :id")
              .expressionAttributeValues(Map.of(":id", Attributes.text(owed.command().id()))));
    } catch (ConditionalCheckFailedException settledAlready) {
      // By another who read the same state.
    }
  }

  /// The command as it is desired, so that it is the same to the digit.
  private static Map<String, AttributeValue> attributes(Owed owed) {
    var desired = MessageCodec.encodeCommands(Map.of(owed.order().actuator(), owed.command()));
    return Map.of(
        "id", Attributes.text(owed.command().id()),
        "thing", Attributes.text(owed.order().thing()),
        "by", Attributes.text(owed.order().by()),
        "atMs", Attributes.number(owed.atMs()),
        "desired", Attributes.text(new String(desired, StandardCharsets.UTF_8)));
  }

  private static Owed owed(Map<String, AttributeValue> map) {
    try {
      var desired = text(map, "desired").getBytes(StandardCharsets.UTF_8);
      var one = MessageCodec.decodeCommands(desired).entrySet().iterator().next();
      var command = one.getValue();
      var order = new Order(text(map, "thing"), one.getKey(), command.value(), text(map, "by"));
      return new Owed(order, command, Attributes.whole(map, "atMs"));
    } catch (MessageException e) {
      throw new IllegalStateException("the codec's own text expected", e);
    }
  }

  private static String text(Map<String, AttributeValue> map, String name) {
    return Attributes.text(map, name)
        .orElseThrow(() -> new IllegalStateException("an owed command lacks its " + name));
  }
}
