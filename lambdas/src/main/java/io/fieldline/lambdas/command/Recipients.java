// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Which things a command to many goes to. Devices behind a gateway are its gateway's: several of
/// one are commanded once.
final class Recipients {
  static final int MOST = 1_000;

  private final FleetCommands commands;

  Recipients(FleetCommands commands) {
    this.commands = commands;
  }

  /// The devices and those of the groups, as they are now.
  FleetCommands.Targets of(FleetCommand command) throws MessageException {
    var things = new LinkedHashSet<String>();
    var refused = new LinkedHashMap<String, String>();
    var known = things(command.devices());
    for (var device : command.devices()) {
      var thing = known.get(device);
      if (thing == null) {
        things.add(device);
        refused.put(device, "no such device");
      } else {
        things.add(thing);
      }
    }
    for (var group : command.groups()) {
      things.addAll(commands.thingsOf(group, MOST + 1));
    }
    if (things.size() > MOST) {
      throw new MessageException(
          "expected at most " + MOST + " things in all, got more; for more make a job");
    }
    return new FleetCommands.Targets(List.copyOf(things), refused);
  }

  /// The thing of each device that is there.
  Map<String, String> things(List<String> devices) {
    var keys = devices.stream().distinct().map(FleetKeys::device).toList();
    var things = new LinkedHashMap<String, String>();
    commands
        .items(keys)
        .forEach(
            (key, item) -> things.put(key.sk(), Attributes.text(item, "thing").orElse(key.sk())));
    return things;
  }
}
