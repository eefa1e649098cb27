// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// What people say of alarms: that they have taken notice, and comments. Each is an entry of the
/// alarm's history.
public final class AlarmNotes {
  private static final int ATTEMPTS = 5;

  private final DynamoDbClient tables;
  private final AlarmStates states;

  /// Notes on these states.
  public AlarmNotes(DynamoDbClient tables, AlarmStates states) {
    this.tables = tables;
    this.states = states;
  }

  /// Which alarm.
  ///
  /// @param thing the device itself, or its gateway
  public record Alarm(String thing, String device, String rule) {}

  /// Who says something, and when.
  public record Note(String by, long atMs) {}

  /// What the rule has come to, by its attributes; empty if it was never judged on the device.
  public Optional<Map<String, AttributeValue>> state(Alarm alarm) {
    var key = FleetKeys.alarm(alarm.thing, alarm.device, alarm.rule).attributes();
    var item =
        tables
            .getItem(get -> get.tableName(states.fleetTable()).key(key).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  /// Notes that somebody has taken notice of an alarm; the first one counts.
  ///
  /// @param sinceMs since when the alarm stands that they have seen
  /// @return the alarm as it is then; empty if it does not stand since that time
  public Optional<Map<String, AttributeValue>> acknowledge(Alarm alarm, long sinceMs, Note note) {
    for (int attempt = 1; ; attempt++) {
      var item = state(alarm).orElse(Map.of());
      if (!AlarmItem.isTrue(item, "raised") || Attributes.whole(item, "sinceMs") != sinceMs) {
        return Optional.empty();
      }
      if (item.containsKey("ackMs")) {
        return Optional.of(item);
      }
      var after = new HashMap<>(item);
      after.put("ackMs", Attributes.number(note.atMs));
      after.put("ackBy", Attributes.text(note.by));
      try {
        write(alarm, item, after, note);
        return Optional.of(after);
      } catch (TransactionCanceledException changedMeanwhile) {
        if (attempt == ATTEMPTS) {
          throw changedMeanwhile;
        }
      }
    }
  }

  private void write(
      Alarm alarm,
      Map<String, AttributeValue> before,
      Map<String, AttributeValue> after,
      Note note) {
    var entry = entry(alarm, AlarmEvent.Kind.ACKNOWLEDGED, note);
    var key =
        FleetKeys.alarmEvent(alarm.thing, note.atMs, alarm.rule, alarm.device + "#ACKNOWLEDGED");
    tables.transactWriteItems(request ->
        request.transactItems(
            TransactWriteItem.builder().update(states.acknowledged(alarm, before, after)).build(),
            states.standing(alarm.thing, alarm.rule, alarm.device, after),
            TransactWriteItem.builder()
                .put(Put.builder().tableName(states.fleetTable()).item(key.with(entry)).build())
                .build()));
  }

  /// Keeps what somebody says of an alarm.
  ///
  /// @param unique the same whenever the same is said again
  public void comment(Alarm alarm, String text, Note note, String unique) {
    var entry = entry(alarm, AlarmEvent.Kind.COMMENTED, note);
    entry.put("text", Attributes.text(text));
    var key =
        FleetKeys.alarmEvent(
            alarm.thing, note.atMs, alarm.rule, alarm.device + "#COMMENTED#" + unique);
    tables.putItem(put -> put.tableName(states.fleetTable()).item(key.with(entry)));
  }

  private Map<String, AttributeValue> entry(Alarm alarm, AlarmEvent.Kind kind, Note note) {
    var entry = new HashMap<String, AttributeValue>();
    entry.put("rule", Attributes.text(alarm.rule));
    entry.put("device", Attributes.text(alarm.device));
    entry.put("kind", Attributes.text(kind.name()));
    entry.put("atMs", Attributes.number(note.atMs));
    entry.put("by", Attributes.text(note.by));
    entry.put(TelemetryKeys.TTL, states.keptUntil(note.atMs));
    return entry;
  }
}
