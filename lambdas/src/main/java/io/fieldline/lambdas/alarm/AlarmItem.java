// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import io.fieldline.messages.Command;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// An alarm's state as attributes of its item, and back. What an earlier version has written lacks
/// some of them.
final class AlarmItem {
  private AlarmItem() {}

  /// A command that an alarm has caused and that may not have been issued yet.
  ///
  /// @param atMs epoch milliseconds, also told by the command's identifier
  record Owed(Order order, Command command, long atMs) {}

  /// What an alarm is about; state of a rule that was changed to mean something else is no state of
  /// it any more.
  static Map<String, AttributeValue> about(AlarmRule rule) {
    return Map.of(
        "device", Attributes.text(rule.device()),
        "sensor", Attributes.text(rule.condition().sensor().orElse("")),
        "kind", Attributes.text(kind(rule)));
  }

  private static String kind(AlarmRule rule) {
    return rule.condition().getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }

  private static boolean isAbout(Map<String, AttributeValue> item, AlarmRule rule) {
    return Attributes.text(item, "device").orElse("").equals(rule.device())
        && Attributes.text(item, "sensor").orElse("").equals(rule.condition().sensor().orElse(""))
        && Attributes.text(item, "kind").orElse("THRESHOLD").equals(kind(rule));
  }

  static AlarmState state(Map<String, AttributeValue> item, AlarmRule rule) {
    if (!isAbout(item, rule)) {
      return AlarmState.NONE;
    }
    return new AlarmState(
        isTrue(item, "raised"),
        Attributes.whole(item, "sinceMs"),
        Attributes.whole(item, "lastMs"),
        Attributes.number(item, "value"),
        time(item, "beyondMs"),
        time(item, "anchorMs"),
        Attributes.number(item, "anchor"));
  }

  /// An earlier version told of each raise.
  static boolean isTold(Map<String, AttributeValue> item, AlarmRule rule) {
    return isAbout(item, rule)
        && isTrue(item, "raised")
        && (!item.containsKey("told") || isTrue(item, "told"));
  }

  static boolean isTrue(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) && item.get(name).bool();
  }

  private static long time(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) ? Attributes.whole(item, name) : AlarmState.NEVER;
  }

  static Map<String, AttributeValue> attributes(AlarmRule rule, AlarmState state, boolean isTold) {
    var item = new HashMap<>(about(rule));
    item.put("raised", AttributeValue.fromBool(state.raised()));
    item.put("told", AttributeValue.fromBool(isTold));
    item.put("sinceMs", Attributes.number(state.sinceMs()));
    item.put("lastMs", Attributes.number(state.lastMs()));
    item.put("value", Attributes.number(state.value()));
    if (state.beyondMs() != AlarmState.NEVER) {
      item.put("beyondMs", Attributes.number(state.beyondMs()));
    }
    if (state.anchorMs() != AlarmState.NEVER) {
      item.put("anchorMs", Attributes.number(state.anchorMs()));
      item.put("anchor", Attributes.number(state.anchor()));
    }
    return item;
  }

  static AttributeValue events(List<AlarmEvent> events) {
    return AttributeValue.fromL(
        events.stream().map(event -> AttributeValue.fromM(attributes(event))).toList());
  }

  static Map<String, AttributeValue> attributes(AlarmEvent event) {
    return Map.of(
        "kind", Attributes.text(event.kind().name()),
        "atMs", Attributes.number(event.atMs()),
        "value", Attributes.number(event.value()),
        "told", AttributeValue.fromBool(event.isTold()));
  }

  static List<AlarmEvent> events(AttributeValue list) {
    return list.l().stream()
        .map(AttributeValue::m)
        .map(map ->
            new AlarmEvent(
                AlarmEvent.Kind.valueOf(text(map, "kind")),
                Attributes.whole(map, "atMs"),
                Attributes.number(map, "value"),
                isTrue(map, "told")))
        .toList();
  }

  /// The command as it is desired, so that it is the same to the digit.
  static AttributeValue owed(Owed owed) {
    var desired = MessageCodec.encodeCommands(Map.of(owed.order().actuator(), owed.command()));
    return AttributeValue.fromM(
        Map.of(
            "id", Attributes.text(owed.command().id()),
            "thing", Attributes.text(owed.order().thing()),
            "by", Attributes.text(owed.order().by()),
            "atMs", Attributes.number(owed.atMs()),
            "desired", Attributes.text(new String(desired, StandardCharsets.UTF_8))));
  }

  static Owed owed(AttributeValue value) {
    var map = value.m();
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
        .orElseThrow(() -> new IllegalStateException("what is owed lacks its " + name));
  }
}
