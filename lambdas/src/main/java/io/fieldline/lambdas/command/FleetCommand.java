// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.dispatch.Wanted;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.Command;
import io.fieldline.messages.MessageException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One command to many devices.
///
/// @param id tells when it was asked for; each thing's command has the same
/// @param by who wants it
/// @param devices for whom it is
/// @param groups for whose devices it is
/// @param schedule of which it is a run, if it is one
record FleetCommand(
    String id,
    String by,
    String actuator,
    ActuatorValue value,
    long expiresAtMs,
    List<String> devices,
    List<String> groups,
    Optional<String> schedule) {
  /// Source: EventBridge Scheduler User Guide: a target is invoked within the minute that it is
  /// due.
  private static final long WITHIN_MS = 60_000;

  long atMs() {
    return FleetKeys.issuedAtMs(id).orElseThrow();
  }

  Order order(String thing) {
    return new Order(thing, actuator, value, by);
  }

  Command command() {
    return new Command(id, value, expiresAtMs);
  }

  /// As it is told to the queue.
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", id);
    json.put("by", by);
    json.put("actuator", actuator);
    json.put("value", Wanted.plain(value));
    json.put("expiresAtMs", expiresAtMs);
    json.put("devices", devices);
    json.put("groups", groups);
    schedule.ifPresent(name -> json.put("schedule", name));
    return json;
  }

  static FleetCommand of(JsonObject json) throws MessageException {
    var id = json.text("id");
    if (FleetKeys.issuedAtMs(id).isEmpty()) {
      throw new MessageException("/id: expected the time and more, got " + id);
    }
    try {
      var wanted = Wanted.of(json);
      return new FleetCommand(
          id,
          json.text("by"),
          wanted.actuator(),
          wanted.value(),
          json.whole("expiresAtMs"),
          json.texts("devices"),
          json.texts("groups"),
          json.optionalText("schedule"));
    } catch (ApiException e) {
      throw new MessageException(String.valueOf(e.getMessage()));
    }
  }

  /// A run of a schedule, from what EventBridge Scheduler tells the queue. However often it does,
  /// it is the same command each time.
  static FleetCommand ofSchedule(JsonObject run) throws MessageException {
    var schedule = run.text("schedule");
    try {
      long dueMs = Instant.parse(run.text("dueAt")).toEpochMilli();
      var wanted = Wanted.of(run);
      return new FleetCommand(
          FleetKeys.scheduledCommandId(dueMs, schedule),
          "schedule:" + schedule,
          wanted.actuator(),
          wanted.value(),
          dueMs + WITHIN_MS + wanted.validForMs(),
          run.texts("devices"),
          run.texts("groups"),
          Optional.of(schedule));
    } catch (DateTimeParseException e) {
      throw new MessageException("/dueAt: expected a time, got " + run.text("dueAt"));
    } catch (ApiException e) {
      throw new MessageException(String.valueOf(e.getMessage()));
    }
  }
}
