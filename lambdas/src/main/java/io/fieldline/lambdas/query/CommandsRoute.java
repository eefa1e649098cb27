// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `GET /devices/{device}/commands?limit=&cursor=`: the history of commands, newest first.
final class CommandsRoute {
  private static final List<String> SHOWN =
      List.of(
          "id", "actuator", "value", "status", "atMs", "expiresAtMs", "by", "statusAtMs", "detail");

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Devices devices;

  CommandsRoute(DynamoDbClient tables, String fleetTable, Devices devices) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.devices = devices;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException {
    var thing = devices.require(request.path("device")).thing();
    var listing = new Listing(FleetKeys.thing(thing), FleetKeys.COMMAND_PREFIX, true);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    return Lists.answer(
        "commands", page.items().stream().map(CommandsRoute::command).toList(), page.next());
  }

  private static Map<String, Object> command(Map<String, AttributeValue> item) {
    var command = new LinkedHashMap<String, Object>();
    for (var name : SHOWN) {
      if (item.containsKey(name)) {
        Attributes.json(item.get(name)).ifPresent(value -> command.put(name, value));
      }
    }
    return command;
  }
}
