// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/// `GET /devices` and `GET /devices/{device}`: what each device last said.
final class DevicesRoute {
  private static final int A_BATCH = 100;

  private final DynamoDbClient tables;
  private final String telemetryTable;
  private final String fleetTable;
  private final Devices devices;
  private final AlarmsRoute alarms;
  private final Actuators actuators;

  DevicesRoute(DynamoDbClient tables, QueryTables names, Devices devices, Actuators actuators) {
    this.tables = tables;
    this.telemetryTable = names.telemetry();
    this.fleetTable = names.fleet();
    this.devices = devices;
    this.alarms = new AlarmsRoute(tables, fleetTable, devices);
    this.actuators = actuators;
  }

  ApiAnswer all(ApiRequest request) throws ApiException {
    var listing = new Listing(FleetKeys.DEVICES, "", false);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    var found = page.items().stream().map(Devices::of).toList();
    var summaries = new ArrayList<Object>();
    for (int from = 0; from < found.size(); from += A_BATCH) {
      var some = found.subList(from, Math.min(found.size(), from + A_BATCH));
      var latest = latest(some);
      for (var device : some) {
        summaries.add(summary(device, latest.getOrDefault(device.name(), Map.of())));
      }
    }
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
    var request = Map.of(telemetryTable, KeysAndAttributes.builder().keys(keys).build());
    while (!request.isEmpty()) {
      var asked = request;
      var answer = tables.batchGetItem(batch -> batch.requestItems(asked));
      for (var item : answer.responses().getOrDefault(telemetryTable, List.of())) {
        var name = names.get(Attributes.text(item, "pk").orElse(""));
        if (name != null) {
          found.put(name, item);
        }
      }
      request = answer.unprocessedKeys();
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
    if (lastMs > 0) {
      summary.put("lastMs", lastMs);
    }
    device.connection().ifPresent(connection -> summary.put("connection", json(connection)));
    summary.put("latest", latest);
    summary.put("openAlarms", alarms.open(device));
    return summary;
  }
}
