// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.Command;
import io.fieldline.messages.MessageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One command to many devices.
///
/// @param id tells when it was asked for; each thing's command has the same
/// @param by who wants it
/// @param devices for whom it is
/// @param groups for whose devices it is
record FleetCommand(
    String id,
    String by,
    String actuator,
    ActuatorValue value,
    long expiresAtMs,
    List<String> devices,
    List<String> groups) {
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
    json.put("value", plain(value));
    json.put("expiresAtMs", expiresAtMs);
    json.put("devices", devices);
    json.put("groups", groups);
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
          json.texts("groups"));
    } catch (ApiException e) {
      throw new MessageException(String.valueOf(e.getMessage()));
    }
  }

  static Object plain(ActuatorValue value) {
    return switch (value) {
      case ActuatorValue.Flag(boolean on) -> on;
      case ActuatorValue.Amount(var number) -> number;
      case ActuatorValue.Text(var text) -> text;
    };
  }
}
