// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.scheduler;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.dispatch.Wanted;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A command to devices, and when.
///
/// @param expression as EventBridge Scheduler writes it: `at(…)` or `cron(…)`
/// @param timeZone in which it is meant
/// @param isEnabled or else it is paused
/// @param devices for whom it is
/// @param groups for whose devices it is
/// @param wanted what is wanted of them
public record ScheduledCommand(
    String expression,
    String timeZone,
    boolean isEnabled,
    Optional<String> description,
    List<String> devices,
    List<String> groups,
    Wanted wanted) {

  /// The same for these devices.
  ScheduledCommand of(List<String> others) {
    return new ScheduledCommand(
        expression, timeZone, isEnabled, description, others, groups, wanted);
  }

  /// What the queue of commands to many is told when it is due.
  ///
  /// Source: EventBridge Scheduler User Guide, "Adding context attributes".
  String message(String name) {
    var json = new LinkedHashMap<String, Object>();
    json.put("schedule", name);
    json.put("dueAt", "<aws.scheduler.scheduled-time>");
    json.put("actuator", wanted.actuator());
    json.put("value", Wanted.plain(wanted.value()));
    json.put("validForMs", wanted.validForMs());
    json.put("devices", devices);
    json.put("groups", groups);
    return new String(JsonObject.write(json), StandardCharsets.UTF_8);
  }

  /// From what EventBridge Scheduler has.
  static ScheduledCommand of(
      String expression,
      String timeZone,
      boolean isEnabled,
      Optional<String> description,
      String message) {
    try {
      var json = JsonObject.parse(message);
      return new ScheduledCommand(
          expression,
          timeZone,
          isEnabled,
          description,
          json.texts("devices"),
          json.texts("groups"),
          Wanted.of(json));
    } catch (MessageException | ApiException e) {
      throw new IllegalStateException("a schedule was changed by somebody else: " + message, e);
    }
  }

  /// As the API tells it.
  public Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    int open = expression.indexOf('(');
    json.put(
        expression.substring(0, open), expression.substring(open + 1, expression.length() - 1));
    json.put("timeZone", timeZone);
    json.put("enabled", isEnabled);
    description.ifPresent(text -> json.put("description", text));
    json.put("devices", devices);
    json.put("groups", groups);
    json.put("actuator", wanted.actuator());
    json.put("value", Wanted.plain(wanted.value()));
    json.put("validForMs", wanted.validForMs());
    return json;
  }

  /// The same as a text, always of the same form.
  String text() {
    return new String(JsonObject.write(json()), StandardCharsets.UTF_8);
  }
}
