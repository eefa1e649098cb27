// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `GET /devices/{device}/alarms`, `GET /rules`, and how many alarms of a device stand.
final class AlarmsRoute {
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
    var alarms = items(device).stream().map(AlarmsRoute::alarm).toList();
    return ApiAnswer.ok(Map.of("alarms", alarms));
  }

  long open(Devices.Device device) {
    return items(device).stream().filter(AlarmsRoute::isRaised).count();
  }

  private List<Map<String, AttributeValue>> items(Devices.Device device) {
    var all = new ArrayList<Map<String, AttributeValue>>();
    var pages =
        tables.queryPaginator(request ->
            request
                .tableName(fleetTable)
                .keyConditionExpression("pk = :pk AND begins_with(sk, :prefix)")
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(FleetKeys.thing(device.thing())),
                        ":prefix", Attributes.text(FleetKeys.ALARM_PREFIX))));
    for (var page : pages) {
      page.items().stream()
          .filter(item -> Attributes.text(item, "device").orElse("").equals(device.name()))
          .forEach(all::add);
    }
    return all;
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

  ApiAnswer rules(ApiRequest request) throws MessageException {
    var rules = new ArrayList<Object>();
    var pages =
        tables.queryPaginator(query ->
            query
                .tableName(fleetTable)
                .keyConditionExpression("pk = :rules")
                .expressionAttributeValues(Map.of(":rules", Attributes.text(FleetKeys.RULES))));
    for (var page : pages) {
      for (var item : page.items()) {
        rules.add(JsonObject.parse(Attributes.text(item, "json").orElse("{}")));
      }
    }
    return ApiAnswer.ok(Map.of("rules", rules));
  }
}
