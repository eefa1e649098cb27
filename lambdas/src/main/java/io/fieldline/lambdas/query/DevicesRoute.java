// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.MessageException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `GET /devices` and `GET /devices/{device}`: what each device last said.
final class DevicesRoute {
  private final DynamoDbClient tables;
  private final String telemetryTable;
  private final DeviceListing listing;
  private final Devices devices;
  private final AlarmsRoute alarms;
  private final Actuators actuators;

  DevicesRoute(DynamoDbClient tables, QueryTables names, Devices devices, Actuators actuators) {
    this.tables = tables;
    this.telemetryTable = names.telemetry();
    this.listing = new DeviceListing(tables, names.fleet());
    this.devices = devices;
    this.alarms = new AlarmsRoute(tables, names.fleet(), devices);
    this.actuators = actuators;
  }

  ApiAnswer all(ApiRequest request) throws ApiException {
    var page = listing.page(request);
    var found = page.items().stream().map(Devices::of).toList();
    var latest = latest(found);
    var summaries =
        found.stream()
            .map(device -> summary(device, latest.getOrDefault(device.name(), Map.of())))
            .toList();
    return Lists.answer("devices", summaries, page.next());
  }

  ApiAnswer one(ApiRequest request) throws ApiException, MessageException {
    var device = devices.require(request.path("device"));
    var detail = summary(device, latest(List.of(device)).getOrDefault(device.name(), Map.of()));
    detail.put("actuators", actuators.of(device));
    return ApiAnswer.ok(detail);
  }

  private static Map<String, Object> json(Connection connection) {
    var json = new LinkedHashMap<String, Object>();
    json.put("connected", connection.connected());
    json.put("sinceMs", connection.atMs());
    if (!connection.reason().isEmpty()) {
      json.put("reason", connection.reason());
    }
    return json;
  }

  private Map<String, Map<String, AttributeValue>> latest(List<Devices.Device> some) {
    var names = new HashMap<String, String>();
    some.forEach(device -> names.put(TelemetryKeys.latest(device.name()).pk(), device.name()));
    var keys =
        some.stream().map(device -> TelemetryKeys.latest(device.name()).attributes()).toList();
    var found = new HashMap<String, Map<String, AttributeValue>>();
    for (var item : Batches.get(tables, telemetryTable, keys)) {
      var name = names.get(Attributes.text(item, "pk").orElse(""));
      if (name != null) {
        found.put(name, item);
      }
    }
    return found;
  }

  private LinkedHashMap<String, Object> summary(
      Devices.Device device, Map<String, AttributeValue> item) {
    var latest = new LinkedHashMap<String, Object>();
    long lastMs = 0;
    for (var attribute : item.entrySet()) {
      var sensor = TelemetryKeys.sensorOf(attribute.getKey());
      if (!sensor.isEmpty()) {
        var value = attribute.getValue().m();
        lastMs = Math.max(lastMs, Attributes.whole(value, "atMs"));
        latest.put(
            sensor,
            Map.of(
                "value", Attributes.number(value, "value"),
                "unit", Attributes.text(value, "unit").orElse(""),
                "atMs", Attributes.whole(value, "atMs")));
      }
    }
    var summary = new LinkedHashMap<String, Object>();
    summary.put("device", device.name());
    summary.put("thing", device.thing());
    device.type().ifPresent(type -> summary.put("type", type));
    if (!device.groups().isEmpty()) {
      summary.put("groups", device.groups());
    }
    if (lastMs > 0) {
      summary.put("lastMs", lastMs);
    }
    device.connection().ifPresent(connection -> summary.put("connection", json(connection)));
    summary.put("latest", latest);
    summary.put("openAlarms", alarms.open(device));
    return summary;
  }
}
