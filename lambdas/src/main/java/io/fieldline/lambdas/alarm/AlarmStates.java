// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.alarm.AlarmItem.Owed;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/// What alarm rules have come to, in the fleet table. A state replaces only the one that it was
/// made from, together with what became of the alarm, in its history and among those that stand;
/// and it carries what is owed because of it until that was done. So of all who judge the same
/// readings one raises the alarm, and a function that ends in between owes what it causes still.
public final class AlarmStates {
  private static final String OWED = "owed";
  private static final String UNTOLD = "untold";
  private static final String REVISION = "revision";
  private static final List<String> ACKNOWLEDGED = List.of("ackMs", "ackBy");

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Duration retention;

  /// The states in a fleet table.
  ///
  /// @param retention how long the history keeps what became of alarms
  public AlarmStates(DynamoDbClient tables, String fleetTable, Duration retention) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.retention = retention;
  }

  /// A rule's state as it was read.
  ///
  /// @param item as it is in the table; empty if it is not there
  /// @param isTold whether people know that the alarm stands
  /// @param owed what it has caused and may not have been issued yet
  /// @param untold what became of it, if what that causes may not have been done yet
  record Kept(
      Map<String, AttributeValue> item,
      AlarmState state,
      boolean isTold,
      Optional<Owed> owed,
      List<AlarmEvent> untold) {
    boolean owesNothing() {
      return owed.isEmpty() && untold.isEmpty();
    }
  }

  Kept read(String thing, AlarmRule rule) {
    var key = FleetKeys.alarm(thing, rule.device(), rule.name()).attributes();
    return kept(
        tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item(),
        rule);
  }

  /// The states of many, as far as they are there.
  Map<Look, Kept> readAll(List<Look> looks) {
    var byKey = new HashMap<Key, Look>();
    for (var look : looks) {
      var rule = look.rule();
      byKey.put(FleetKeys.alarm(look.occasion().thing(), rule.device(), rule.name()), look);
    }
    var keys = byKey.keySet().stream().map(Key::attributes).toList();
    var found = new HashMap<Look, Kept>();
    for (var item : Batches.get(tables, fleetTable, keys)) {
      var key =
          new Key(
              Attributes.text(item, "pk").orElseThrow(), Attributes.text(item, "sk").orElseThrow());
      var look = Objects.requireNonNull(byKey.get(key));
      found.put(look, kept(item, look.rule()));
    }
    return found;
  }

  /// The state of a rule that was never judged.
  Kept none() {
    return new Kept(Map.of(), AlarmState.NONE, false, Optional.empty(), List.of());
  }

  private static Kept kept(Map<String, AttributeValue> item, AlarmRule rule) {
    return new Kept(
        item,
        AlarmItem.state(item, rule),
        AlarmItem.isTold(item, rule),
        Optional.ofNullable(item.get(OWED)).map(AlarmItem::owed),
        item.containsKey(UNTOLD) ? AlarmItem.events(item.get(UNTOLD)) : List.of());
  }

  /// Writes what follows from a state that was read; empty if that is no longer the one.
  Optional<Kept> replace(
      Kept before, String thing, AlarmRule rule, AlarmCourse course, Optional<Owed> owed) {
    var attributes = AlarmItem.attributes(rule, course.state(), course.isTold());
    attributes.put(REVISION, Attributes.number(Attributes.whole(before.item(), REVISION) + 1));
    if (course.state().raised() && course.state().sinceMs() == before.state().sinceMs()) {
      copy(ACKNOWLEDGED, before.item(), attributes);
    }
    owed.ifPresent(one -> attributes.put(OWED, AlarmItem.owed(one)));
    if (!course.events().isEmpty()) {
      attributes.put(UNTOLD, AlarmItem.events(course.events()));
    }
    var item = FleetKeys.alarm(thing, rule.device(), rule.name()).with(attributes);
    var state = put(item, isStill(before.item()), revision(before.item()));
    boolean isWritten =
        course.events().isEmpty() ? written(state) : written(state, thing, rule, course, item);
    return isWritten ? Optional.of(kept(item, rule)) : Optional.empty();
  }

  private boolean written(Put state) {
    try {
      tables.putItem(put ->
          put.tableName(fleetTable)
              .item(state.item())
              .conditionExpression(state.conditionExpression())
              .expressionAttributeValues(
                  state.hasExpressionAttributeValues() ? state.expressionAttributeValues() : null));
      return true;
    } catch (ConditionalCheckFailedException anotherWasFaster) {
      return false;
    }
  }

  /// The state, its history, and whether it is among those that stand, or none of it.
  private boolean written(
      Put state,
      String thing,
      AlarmRule rule,
      AlarmCourse course,
      Map<String, AttributeValue> item) {
    var writes = new ArrayList<TransactWriteItem>();
    writes.add(TransactWriteItem.builder().put(state).build());
    for (var event : course.events()) {
      var entry = new HashMap<>(AlarmItem.attributes(event));
      entry.put("rule", Attributes.text(rule.name()));
      entry.put("device", Attributes.text(rule.device()));
      entry.put(TelemetryKeys.TTL, Attributes.number((event.atMs() + retention.toMillis()) / 1000));
      var key =
          FleetKeys.alarmEvent(
              thing, event.atMs(), rule.name(), rule.device() + "#" + event.kind());
      writes.add(TransactWriteItem.builder().put(put(key.with(entry), null, Map.of())).build());
    }
    writes.add(
        course.state().raised()
            ? standing(thing, rule.name(), rule.device(), item)
            : cleared(rule));
    try {
      tables.transactWriteItems(request -> request.transactItems(writes));
      return true;
    } catch (TransactionCanceledException anotherWasFaster) {
      if (anotherWasFaster.cancellationReasons().stream()
          .allMatch(reason ->
              List.of("None", "ConditionalCheckFailed", "TransactionConflict")
                  .contains(reason.code()))) {
        return false;
      }
      throw anotherWasFaster;
    }
  }

  private TransactWriteItem cleared(AlarmRule rule) {
    var key = FleetKeys.standing(rule.device(), rule.name()).attributes();
    return TransactWriteItem.builder()
        .delete(delete -> delete.tableName(fleetTable).key(key))
        .build();
  }

  /// An alarm among those that stand.
  ///
  /// @param state its state's attributes
  TransactWriteItem standing(
      String thing, String rule, String device, Map<String, AttributeValue> state) {
    var standing = new HashMap<String, AttributeValue>();
    standing.put("thing", Attributes.text(thing));
    standing.put("rule", Attributes.text(rule));
    copy(List.of("device", "sensor", "sinceMs", "value", "told"), state, standing);
    copy(ACKNOWLEDGED, state, standing);
    var item = FleetKeys.standing(device, rule).with(standing);
    return TransactWriteItem.builder().put(put(item, null, Map.of())).build();
  }

  /// A state that somebody has taken notice of, if it is still the one that they have seen.
  Update acknowledged(
      AlarmNotes.Alarm alarm,
      Map<String, AttributeValue> before,
      Map<String, AttributeValue> after) {
    var values = new HashMap<>(revision(before));
    values.put(":ackMs", after.get("ackMs"));
    values.put(":ackBy", after.get("ackBy"));
    values.put(":next", Attributes.number(Attributes.whole(before, REVISION) + 1));
    return Update.builder()
        .tableName(fleetTable)
        .key(FleetKeys.alarm(alarm.thing(), alarm.device(), alarm.rule()).attributes())
        .updateExpression("SET ackMs = :ackMs, ackBy = :ackBy, revision = :next")
        .conditionExpression(isStill(before))
        .expressionAttributeValues(values)
        .build();
  }

  String fleetTable() {
    return fleetTable;
  }

  AttributeValue keptUntil(long atMs) {
    return Attributes.number((atMs + retention.toMillis()) / 1000);
  }

  private static void copy(
      List<String> names, Map<String, AttributeValue> from, Map<String, AttributeValue> to) {
    for (var name : names) {
      var value = from.get(name);
      if (value != null) {
        to.put(name, value);
      }
    }
  }

  private Put put(
      Map<String, AttributeValue> item,
      @Nullable String condition,
      Map<String, AttributeValue> values) {
    var put = Put.builder().tableName(fleetTable).item(item).conditionExpression(condition);
    return values.isEmpty() ? put.build() : put.expressionAttributeValues(values).build();
  }

  private static String isStill(Map<String, AttributeValue> before) {
    if (before.isEmpty()) {
      return "attribute_not_exists(pk)";
    }
    return before.containsKey(REVISION)
        ? "revision = :revision"
        : "attribute_exists(pk) AND attribute_not_exists(revision)";
  }

  private static Map<String, AttributeValue> revision(Map<String, AttributeValue> before) {
    var revision = before.get(REVISION);
    return revision == null ? Map.of() : Map.of(":revision", revision);
  }

  /// What was owed is done, or never will be.
  void settle(String thing, AlarmRule rule, Kept kept) {
    try {
      var values = revision(kept.item());
      tables.updateItem(update ->
          update
              .tableName(fleetTable)
              .key(FleetKeys.alarm(thing, rule.device(), rule.name()).attributes())
              .updateExpression("REMOVE owed, untold")
              .conditionExpression(isStill(kept.item()))
              .expressionAttributeValues(values.isEmpty() ? null : values));
    } catch (ConditionalCheckFailedException changedSince) {
      // By another who read the same state, and has done the same before.
    }
  }

  /// What a rule has come to on a device is forgotten; its history stays.
  ///
  /// @param thing the device itself, or its gateway
  public void forget(String thing, String device, String rule) {
    for (Key key :
        List.of(FleetKeys.standing(device, rule), FleetKeys.alarm(thing, device, rule))) {
      tables.deleteItem(delete -> delete.tableName(fleetTable).key(key.attributes()));
    }
  }
}
