// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.CommandStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What became of a command to many, per thing and in sum: it is in each thing's own history.
final class FleetCommandStates {
  private final FleetCommands commands;

  FleetCommandStates(FleetCommands commands) {
    this.commands = commands;
  }

  /// What became of it on each of these things, in their order, as the API tells it.
  ///
  /// @param nowMs epoch milliseconds
  List<Map<String, Object>> of(
      Map<String, AttributeValue> command,
      List<String> things,
      Map<String, String> refused,
      long nowMs) {
    var id = Attributes.text(command, "sk").orElseThrow();
    long atMs = Attributes.whole(command, "atMs");
    var items =
        commands.items(things.stream().map(thing -> FleetKeys.command(thing, atMs, id)).toList());
    return things.stream()
        .map(thing -> {
          var json = new LinkedHashMap<String, Object>();
          json.put("device", thing);
          var item = items.get(FleetKeys.command(thing, atMs, id));
          if (item != null) {
            json.put("status", Attributes.text(item, "status").orElse(""));
            if (item.containsKey("statusAtMs")) {
              json.put("statusAtMs", Attributes.whole(item, "statusAtMs"));
            }
            Attributes.text(item, "detail").ifPresent(detail -> json.put("detail", detail));
          } else if (refused.containsKey(thing)) {
            json.put("status", CommandStatus.FAILED.name());
            json.put("detail", refused.get(thing));
          } else if (nowMs >= Attributes.whole(command, "expiresAtMs")) {
            json.put("status", CommandStatus.EXPIRED.name());
            json.put("detail", "could not be given to it in time");
          } else {
            json.put("status", CommandStatus.PENDING.name());
          }
          return (Map<String, Object>) json;
        })
        .toList();
  }

  /// How many things have which status.
  Map<String, Integer> counts(Map<String, AttributeValue> command, long nowMs) {
    var id = Attributes.text(command, "sk").orElseThrow();
    var targets = commands.targets(id).orElse(new FleetCommands.Targets(List.of(), Map.of()));
    var counts = new LinkedHashMap<String, Integer>();
    boolean isOpen = false;
    for (var status : CommandStatus.values()) {
      counts.put(status.name().toLowerCase(Locale.ROOT), 0);
    }
    for (var one : of(command, targets.things(), targets.refused(), nowMs)) {
      var status = String.valueOf(one.get("status"));
      counts.merge(status.toLowerCase(Locale.ROOT), 1, Integer::sum);
      isOpen |= !CommandStatus.valueOf(status).isTerminal();
    }
    if (!isOpen) {
      commands.settled(id, counts);
    }
    return counts;
  }
}
