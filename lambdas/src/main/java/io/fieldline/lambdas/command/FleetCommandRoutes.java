// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.CommandStatus;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `/commands`: one command to many devices.
final class FleetCommandRoutes {
  private static final int MOST_DEVICES = 1_000;
  private static final int NAMED = 5;
  private static final int READ_AT_ONCE = 100;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final FleetCommands commands;
  private final FleetCommandStates states;
  private final Recipients recipients;
  private final FirstRequests requests;
  private final CommandQueue queue;

  FleetCommandRoutes(
      DynamoDbClient tables,
      String fleetTable,
      FleetCommands commands,
      FirstRequests requests,
      CommandQueue queue) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.commands = commands;
    this.states = new FleetCommandStates(commands);
    this.recipients = new Recipients(commands);
    this.requests = requests;
    this.queue = queue;
  }

  /// The queue is told first: a command that is written down is given, whatever ends the function.
  ApiAnswer issue(ApiRequest request) throws ApiException, MessageException {
    var wanted = Wanted.of(request.body());
    var devices = devices(request);
    var first = requests.of(request);
    var command =
        new FleetCommand(
            FleetKeys.commandId(first.atMs(), first.unique()),
            request.person(),
            wanted.actuator(),
            wanted.value(),
            first.atMs() + wanted.validForMs(),
            devices,
            List.of());
    queue.tell(command);
    commands.begin(command, recipients.of(command));
    return new ApiAnswer(202, view(require(command.id()), request));
  }

  private List<String> devices(ApiRequest request) throws ApiException {
    List<String> devices;
    try {
      devices =
          request
              .body()
              .only("devices", "actuator", "value", "validForMs")
              .texts("devices")
              .stream()
              .distinct()
              .toList();
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
    if (devices.isEmpty() || devices.size() > MOST_DEVICES) {
      throw new ApiException(
          400, "devices: expected 1 to " + MOST_DEVICES + ", got " + devices.size());
    }
    var known = recipients.things(devices);
    var unknown = devices.stream().filter(device -> !known.containsKey(device)).toList();
    if (!unknown.isEmpty()) {
      throw new ApiException(
          404,
          unknown.stream()
                  .limit(NAMED)
                  .collect(Collectors.joining("', '", "no device '", "' was ever heard"))
              + (unknown.size() > NAMED ? "; and " + (unknown.size() - NAMED) + " more" : ""));
    }
    return devices;
  }

  private Map<String, AttributeValue> require(String id) throws ApiException {
    return commands
        .get(id)
        .orElseThrow(() -> new ApiException(404, "no command to many '" + id + "'"));
  }

  ApiAnswer list(ApiRequest request) throws ApiException, MessageException {
    var listing = new Listing(FleetKeys.FLEET_COMMANDS, "", true);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    var views = page.items().stream().map(FleetCommandRoutes::asked).toList();
    return Lists.answer("commands", views, page.next());
  }

  ApiAnswer get(ApiRequest request) throws ApiException, MessageException {
    return ApiAnswer.ok(view(require(request.path("command")), request));
  }

  private Map<String, Object> view(Map<String, AttributeValue> item, ApiRequest request)
      throws MessageException {
    var view = asked(item);
    if (!view.containsKey("counts")) {
      view.put("counts", states.counts(item, request.receivedMs()));
    }
    return view;
  }

  private static Map<String, Object> asked(Map<String, AttributeValue> item) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", Attributes.text(item, "sk").orElse(""));
    json.put("atMs", Attributes.whole(item, "atMs"));
    json.put("by", Attributes.text(item, "by").orElse(""));
    json.put("actuator", Attributes.text(item, "actuator").orElse(""));
    Optional.ofNullable(item.get("value"))
        .flatMap(Attributes::json)
        .ifPresent(value -> json.put("value", value));
    json.put("expiresAtMs", Attributes.whole(item, "expiresAtMs"));
    for (var list : new String[] {"devices", "groups"}) {
      json.put(list, Attributes.texts(item, list));
    }
    json.put("targets", Attributes.whole(item, "targets"));
    if (item.containsKey("counts")) {
      var counts = new LinkedHashMap<String, Object>();
      Attributes.map(item, "counts")
          .forEach((name, count) -> counts.put(name, Long.valueOf(count.n())));
      json.put("counts", counts);
    }
    return json;
  }

  ApiAnswer devicesOf(ApiRequest request) throws ApiException, MessageException {
    var item = require(request.path("command"));
    var wanted = status(request);
    int limit = Lists.limit(request);
    var targets = commands.targets(request.path("command")).orElseThrow();
    var after = Cursor.in(request, "");
    var things = targets.things();
    int next = after.map(things::indexOf).orElse(-1) + 1;
    var found = new ArrayList<Map<String, Object>>();
    for (int from = next; from < things.size(); from += READ_AT_ONCE) {
      var some = things.subList(from, Math.min(things.size(), from + READ_AT_ONCE));
      for (var one : states.of(item, some, targets.refused(), request.receivedMs())) {
        if (wanted.isEmpty() || wanted.get().name().equals(one.get("status"))) {
          if (found.size() == limit) {
            return Lists.answer(
                "devices", found, Optional.of(String.valueOf(found.getLast().get("device"))));
          }
          found.add(one);
        }
      }
    }
    return Lists.answer("devices", found, Optional.empty());
  }

  private static Optional<CommandStatus> status(ApiRequest request) throws ApiException {
    var text = request.query("status");
    if (text.isPresent()
        && Stream.of(CommandStatus.values()).noneMatch(one -> one.name().equals(text.get()))) {
      throw new ApiException(
          400,
          "status: expected one of " + List.of(CommandStatus.values()) + ", got " + text.get());
    }
    return text.map(CommandStatus::valueOf);
  }
}
