// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.dispatch.Wanted;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.CommandStatus;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiRoute;
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
  private static final int NAMED = 5;
  private static final int READ_AT_ONCE = 100;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final FleetCommands commands;
  private final FleetCommandStates states;
  private final Recipients recipients;
  private final Groups groups;
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
    this.groups = new Groups(tables, fleetTable);
    this.requests = requests;
    this.queue = queue;
  }

  Map<ApiRoute, ApiRoutes.Handler> routes() {
    return Map.of(
        ApiRoute.COMMAND_MANY, this::issue,
        ApiRoute.LIST_FLEET_COMMANDS, this::list,
        ApiRoute.GET_FLEET_COMMAND, this::get,
        ApiRoute.LIST_FLEET_COMMAND_DEVICES, this::devicesOf,
        ApiRoute.LIST_SCHEDULE_RUNS, this::runs);
  }

  /// The queue is told first: a command that is written down is given, whatever ends the function.
  private ApiAnswer issue(ApiRequest request) throws ApiException, MessageException {
    var body = request.body();
    var wanted = Wanted.of(body);
    var devices = names(body, "devices");
    var groups = names(body, "groups");
    if (devices.isEmpty() && groups.isEmpty()) {
      throw new ApiException(400, "devices, groups: expected at least one");
    }
    if (devices.size() > Recipients.MOST) {
      throw new ApiException(
          400, "devices: expected at most " + Recipients.MOST + ", got " + devices.size());
    }
    check(devices);
    for (var group : groups) {
      this.groups.require(group);
    }
    var first = requests.of(request);
    var command =
        new FleetCommand(
            FleetKeys.commandId(first.atMs(), first.unique()),
            request.person(),
            wanted.actuator(),
            wanted.value(),
            first.atMs() + wanted.validForMs(),
            devices,
            groups,
            Optional.empty());
    var targets = targets(command);
    queue.tell(command);
    commands.begin(command, targets);
    return new ApiAnswer(202, view(require(command.id()), request));
  }

  private FleetCommands.Targets targets(FleetCommand command) throws ApiException {
    try {
      return recipients.of(command);
    } catch (MessageException e) {
      throw new ApiException(400, "groups: " + e.getMessage());
    }
  }

  private static List<String> names(JsonObject body, String member) throws ApiException {
    try {
      return body
          .only("devices", "groups", "actuator", "value", "validForMs")
          .texts(member)
          .stream()
          .distinct()
          .toList();
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private void check(List<String> devices) throws ApiException {
    var known = recipients.things(devices);
    var unknown = devices.stream().filter(device -> !known.containsKey(device)).toList();
    if (!unknown.isEmpty()) {
      throw new ApiException(
          404,
          unknown.stream()
                  .limit(NAMED)
                  .collect(
                      Collectors.joining("', '", "no device '", "' was ever heard or provisioned"))
              + (unknown.size() > NAMED ? "; and " + (unknown.size() - NAMED) + " more" : ""));
    }
  }

  private Map<String, AttributeValue> require(String id) throws ApiException {
    return commands
        .get(id)
        .orElseThrow(() -> new ApiException(404, "no command to many '" + id + "'"));
  }

  private ApiAnswer list(ApiRequest request) throws ApiException, MessageException {
    var listing = new Listing(FleetKeys.FLEET_COMMANDS, "", true);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    var views = page.items().stream().map(FleetCommandRoutes::asked).toList();
    return Lists.answer("commands", views, page.next());
  }

  /// What a schedule came to, the newest first.
  private ApiAnswer runs(ApiRequest request) throws ApiException {
    var schedule = request.path("schedule");
    var listing = new Listing(FleetKeys.runsOf(schedule), FleetKeys.RUN_PREFIX, true);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    var keys =
        page.items().stream()
            .map(run -> FleetKeys.fleetCommand(Attributes.text(run, "id").orElseThrow()))
            .toList();
    var found = commands.items(keys);
    var views =
        keys.stream()
            .flatMap(key -> Stream.ofNullable(found.get(key)))
            .map(FleetCommandRoutes::asked)
            .toList();
    return Lists.answer("commands", views, page.next());
  }

  private ApiAnswer get(ApiRequest request) throws ApiException, MessageException {
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
    Attributes.text(item, "schedule").ifPresent(name -> json.put("schedule", name));
    json.put("targets", Attributes.whole(item, "targets"));
    if (item.containsKey("counts")) {
      var counts = new LinkedHashMap<String, Object>();
      Attributes.map(item, "counts")
          .forEach((name, count) -> counts.put(name, Long.valueOf(count.n())));
      json.put("counts", counts);
    }
    return json;
  }

  private ApiAnswer devicesOf(ApiRequest request) throws ApiException, MessageException {
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
