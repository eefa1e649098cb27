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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `GET /alarms`, `GET /devices/{device}/alarms`, its `/history`, `GET /rules`, `GET
/// /rules/{rule}`, and how many alarms of a device stand.
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
    var page = Lists.page(tables, fleetTable, listing(device), _ -> true, request);
    return Lists.answer(
        "alarms", page.items().stream().map(AlarmsRoute::alarm).toList(), page.next());
  }

  long open(Devices.Device device) {
    return listing(device)
        .page(tables, fleetTable, Optional.empty(), AlarmsRoute::isRaised, MOST_OPEN)
        .items()
        .size();
  }

  private static Listing listing(Devices.Device device) {
    return new Listing(FleetKeys.thing(device.thing()), FleetKeys.alarmsOf(device.name()), false);
  }

  private static boolean isOf(Devices.Device device, Map<String, AttributeValue> item) {
    return Attributes.text(item, "device").orElse("").equals(device.name());
  }

  private static boolean isRaised(Map<String, AttributeValue> item) {
    return item.containsKey("raised") && item.get("raised").bool();
  }

  private static Object alarm(Map<String, AttributeValue> item) {
    var key = Attributes.text(item, "sk").orElse("");
    return alarm(key.substring(key.lastIndexOf('#') + 1), isRaised(item), item);
  }

  private static Map<String, Object> alarm(
      String rule, boolean isRaised, Map<String, AttributeValue> item) {
    var alarm = new HashMap<String, Object>();
    alarm.put("rule", rule);
    alarm.put("device", Attributes.text(item, "device").orElse(""));
    alarm.put("sensor", Attributes.text(item, "sensor").orElse(""));
    alarm.put("state", isRaised ? "ALARM" : "OK");
    alarm.put("sinceMs", Attributes.whole(item, "sinceMs"));
    alarm.put("value", Attributes.number(item, "value"));
    alarm.put("detail", "at " + Attributes.number(item, "value"));
    if (item.containsKey("ackMs")) {
      alarm.put("acknowledgedMs", Attributes.whole(item, "ackMs"));
      alarm.put("acknowledgedBy", Attributes.text(item, "ackBy").orElse(""));
    }
    return alarm;
  }

  /// What a function that did not know yet that a rule is gone has written is not shown.
  ApiAnswer standing(ApiRequest request) throws ApiException {
    var rules = new HashSet<String>();
    tables
        .queryPaginator(query ->
            query
                .tableName(fleetTable)
                .keyConditionExpression("pk = :rules")
                .projectionExpression("sk")
                .expressionAttributeValues(Map.of(":rules", Attributes.text(FleetKeys.RULES))))
        .items()
        .forEach(item -> rules.add(Attributes.text(item, "sk").orElse("")));
    var page =
        Lists.page(
            tables,
            fleetTable,
            new Listing(FleetKeys.ALARMS, "", false),
            item -> rules.contains(Attributes.text(item, "rule").orElse("")),
            request);
    return Lists.answer(
        "alarms",
        page.items().stream()
            .map(item -> alarm(Attributes.text(item, "rule").orElse(""), true, item))
            .toList(),
        page.next());
  }

  ApiAnswer history(ApiRequest request) throws ApiException {
    var device = devices.require(request.path("device"));
    var listing = new Listing(FleetKeys.thing(device.thing()), FleetKeys.ALARM_LOG_PREFIX, true);
    var page = Lists.page(tables, fleetTable, listing, item -> isOf(device, item), request);
    return Lists.answer(
        "events", page.items().stream().map(AlarmsRoute::event).toList(), page.next());
  }

  private static Object event(Map<String, AttributeValue> item) {
    var event = new HashMap<String, Object>();
    for (var name : List.of("rule", "kind", "atMs", "value", "told", "by", "text")) {
      var value = item.get(name);
      if (value != null) {
        Attributes.json(value).ifPresent(json -> event.put(name, json));
      }
    }
    return event;
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
