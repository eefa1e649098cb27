// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.api.Precondition;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `GET /devices/{device}/alarms`, `GET /rules`, `GET /rules/{rule}`, and how many alarms of a
/// device stand.
final class AlarmsRoute {
  /// More than anybody counts.
  private static final int MOST_OPEN = 1_000;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Devices devices;

  AlarmsRoute(DynamoDbClient tables, String fleetTable, Devices devices) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.devices = devices;
  }

  ApiAnswer alarms(ApiRequest request) throws ApiException {
    var device = devices.require(request.path("device"));
    var page = Lists.page(tables, fleetTable, listing(device), item -> isOf(device, item), request);
    return Lists.answer(
        "alarms", page.items().stream().map(AlarmsRoute::alarm).toList(), page.next());
  }

  long open(Devices.Device device) {
    return listing(device)
        .page(
            tables,
            fleetTable,
            Optional.empty(),
            item -> isOf(device, item) && isRaised(item),
            MOST_OPEN)
        .items()
        .size();
  }

  private static Listing listing(Devices.Device device) {
    return new Listing(FleetKeys.thing(device.thing()), FleetKeys.ALARM_PREFIX, false);
  }

  private static boolean isOf(Devices.Device device, Map<String, AttributeValue> item) {
    return Attributes.text(item, "device").orElse("").equals(device.name());
  }

  private static boolean isRaised(Map<String, AttributeValue> item) {
    return item.containsKey("raised") && item.get("raised").bool();
  }

  private static Object alarm(Map<String, AttributeValue> item) {
    return Map.of(
        "rule", Attributes.text(item, "sk").orElse("").substring(FleetKeys.ALARM_PREFIX.length()),
        "sensor", Attributes.text(item, "sensor").orElse(""),
        "state", isRaised(item) ? "ALARM" : "OK",
        "sinceMs", Attributes.whole(item, "sinceMs"),
        "value", Attributes.number(item, "value"),
        "detail", "at " + Attributes.number(item, "value"));
  }

  ApiAnswer rules(ApiRequest request) throws ApiException, MessageException {
    var page =
        Lists.page(tables, fleetTable, new Listing(FleetKeys.RULES, "", false), _ -> true, request);
    var rules = new ArrayList<Object>();
    for (var item : page.items()) {
      rules.add(JsonObject.parse(Attributes.text(item, "json").orElse("{}")));
    }
    return Lists.answer("rules", rules, page.next());
  }

  ApiAnswer rule(ApiRequest request) throws ApiException, MessageException {
    var name = request.path("rule");
    var item =
        tables
            .getItem(get ->
                get.tableName(fleetTable)
                    .key(FleetKeys.rule(name).attributes())
                    .consistentRead(true))
            .item();
    var json = Attributes.text(item, "json");
    if (json.isEmpty()) {
      throw new ApiException(404, "no alarm rule '" + name + "'");
    }
    return ApiAnswer.ok(JsonObject.parse(json.get()).members())
        .tagged(Precondition.etag(json.get()));
  }
}
