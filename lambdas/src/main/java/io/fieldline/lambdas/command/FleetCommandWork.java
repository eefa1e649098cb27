// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.iotdataplane.model.IotDataPlaneException;

/// Gives a command to its things, some at a time: what the queue told is split first, and each part
/// told to the queue. Whatever is done twice changes nothing, so a part that failed is done again
/// whole.
final class FleetCommandWork {
  private static final System.Logger LOG = System.getLogger(FleetCommandWork.class.getName());

  /// A part takes some seconds of the function's time.
  private static final int AT_ONCE = 25;

  /// What trying again does not mend. Source: AWS IoT API Reference, UpdateThingShadow, errors.
  static final Set<Integer> FOR_GOOD = Set.of(400, 404, 405, 413, 415);

  private final FleetCommands commands;
  private final Recipients recipients;
  private final CommandDispatch dispatch;
  private final CommandQueue queue;
  private final Clock clock;

  FleetCommandWork(
      FleetCommands commands, CommandDispatch dispatch, CommandQueue queue, Clock clock) {
    this.commands = commands;
    this.recipients = new Recipients(commands);
    this.dispatch = dispatch;
    this.queue = queue;
    this.clock = clock;
  }

  void take(JsonObject json) throws MessageException {
    var command = json.has("dueAt") ? FleetCommand.ofSchedule(json) : FleetCommand.of(json);
    if (json.has("things")) {
      give(command, json.texts("things"));
      return;
    }
    var targets = commands.begin(command, recipients.of(command));
    var things =
        targets.things().stream().filter(thing -> !targets.refused().containsKey(thing)).toList();
    if (things.size() <= AT_ONCE) {
      give(command, things);
      return;
    }
    for (int from = 0; from < things.size(); from += AT_ONCE) {
      queue.tell(command, things.subList(from, Math.min(things.size(), from + AT_ONCE)));
    }
  }

  /// Each thing's failure is its own; where one may pass, all of the part are tried again.
  private void give(FleetCommand command, List<String> things) throws MessageException {
    if (clock.millis() >= command.expiresAtMs()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "commands too late to be given",
          Map.of("commandId", command.id(), "things", String.valueOf(things.size())));
      return;
    }
    var deleted = commands.items(things.stream().map(FleetKeys::deletion).toList());
    int failed = 0;
    for (var thing : things) {
      if (deleted.containsKey(FleetKeys.deletion(thing))) {
        commands.refuse(command.id(), thing, "it was deleted");
      } else if (!isGiven(command, thing)) {
        failed++;
      }
    }
    if (failed > 0) {
      throw new MessageException(
          "%d of %d things could not be given the command %s"
              .formatted(failed, things.size(), command.id()));
    }
  }

  private boolean isGiven(FleetCommand command, String thing) {
    var said = Map.of("commandId", command.id(), "thing", thing, "actuator", command.actuator());
    try {
      dispatch.issue(command.order(thing), command.command(), command.atMs());
      LOG.log(System.Logger.Level.INFO, "command issued", said);
      return true;
    } catch (IotDataPlaneException e) {
      LOG.log(System.Logger.Level.ERROR, "a shadow did not take a command of " + thing, e);
      if (!FOR_GOOD.contains(e.statusCode())) {
        return false;
      }
      dispatch.failed(
          thing, command.command(), command.atMs(), "could not be written into the shadow");
      return true;
    } catch (SdkException e) {
      LOG.log(System.Logger.Level.ERROR, "a command of " + thing + " was not issued", e);
      return false;
    }
  }
}
