// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.AlarmEvaluator;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import io.fieldline.messages.Command;
import io.fieldline.messages.Reading;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Evaluates alarm rules and issues the commands that they carry. State is written when an alarm is
/// raised or cleared, not with each reading.
final class Alarms {
  private static final System.Logger LOG = System.getLogger(Alarms.class.getName());

  private final AlarmRules rules;
  private final DynamoDbClient tables;
  private final String fleetTable;
  private final CommandDispatch dispatch;

  Alarms(AlarmRules rules, DynamoDbClient tables, String fleetTable, CommandDispatch dispatch) {
    this.rules = rules;
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.dispatch = dispatch;
  }

  /// Looks at the readings of those sensors that a batch has brought something newest of.
  void evaluate(Envelope envelope, Collection<String> sensors) {
    for (var rule : rules.of(envelope.batch().device())) {
      if (sensors.contains(rule.sensor())) {
        evaluate(envelope, rule);
      }
    }
  }

  private void evaluate(Envelope envelope, AlarmRule rule) {
    var before = state(envelope.thing(), rule);
    var state = before;
    var readings =
        envelope.batch().readings().stream()
            .sorted(Comparator.comparingLong(Reading::atMs))
            .toList();
    for (var reading : readings) {
      var next = AlarmEvaluator.next(rule, state, reading);
      if (next.raised() && !state.raised()) {
        react(rule, envelope.receivedMs());
      }
      state = next;
    }
    if (state.sinceMs() != before.sinceMs()) {
      LOG.log(
          System.Logger.Level.INFO,
          state.raised() ? "alarm raised" : "alarm cleared",
          Map.of("rule", rule.name(), "sensor", rule.sensor()));
      write(envelope.thing(), rule, state);
    }
  }

  /// The identifier is made of rule and message alone: after a retry it is the same command.
  private void react(AlarmRule rule, long receivedMs) {
    var reaction = rule.command();
    if (reaction == null) {
      return;
    }
    var unique = "rule-" + Integer.toHexString(rule.name().hashCode());
    var command =
        new Command(
            FleetKeys.commandId(receivedMs, unique),
            reaction.value(),
            receivedMs + reaction.validForMs());
    var order =
        new Order(reaction.thing(), reaction.actuator(), reaction.value(), "rule:" + rule.name());
    dispatch.issue(order, command, receivedMs);
    LOG.log(
        System.Logger.Level.INFO,
        "command issued",
        Map.of(
            "commandId",
            command.id(),
            "commandedThing",
            order.thing(),
            "actuator",
            order.actuator(),
            "rule",
            rule.name()));
  }

  private AlarmState state(String thing, AlarmRule rule) {
    var item =
        tables
            .getItem(request ->
                request
                    .tableName(fleetTable)
                    .key(FleetKeys.alarm(thing, rule.name()).attributes())
                    .consistentRead(true))
            .item();
    // State of a rule that was changed to mean another sensor is no state of this one.
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

  private void write(String thing, AlarmRule rule, AlarmState state) {
    var item =
        FleetKeys.alarm(thing, rule.name())
            .with(
                Map.of(
                    "device", Attributes.text(rule.device()),
                    "sensor", Attributes.text(rule.sensor()),
                    "raised", AttributeValue.fromBool(state.raised()),
                    "sinceMs", Attributes.number(state.sinceMs()),
                    "lastMs", Attributes.number(state.lastMs()),
                    "value", Attributes.number(state.value())));
    try {
      tables.putItem(request ->
          request
              .tableName(fleetTable)
              .item(item)
              .conditionExpression(
                  "attribute_not_exists(pk) OR lastMs < :lastMs OR sensor <> :sensor"
                      + " OR device <> :device")
              .expressionAttributeValues(
                  Map.of(
                      ":lastMs", Attributes.number(state.lastMs()),
                      ":sensor", Attributes.text(rule.sensor()),
                      ":device", Attributes.text(rule.device()))));
    } catch (ConditionalCheckFailedException newerIsKnown) {
      // Another batch of the same sensor was faster.
    }
  }
}
