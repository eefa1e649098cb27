// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `PUT /rules/{rule}` with an alarm rule, and `DELETE /rules/{rule}`.
final class RuleRoutes {
  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Devices devices;

  RuleRoutes(DynamoDbClient tables, String fleetTable, Devices devices) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.devices = devices;
  }

  ApiAnswer put(ApiRequest request) throws ApiException, MessageException {
    var rule = rule(request);
    devices.require(rule.device());
    var json = MessageCodec.encode(rule);
    var item =
        FleetKeys.rule(rule.name())
            .with(Map.of("json", Attributes.text(new String(json, StandardCharsets.UTF_8))));
    tables.putItem(put -> put.tableName(fleetTable).item(item));
    return ApiAnswer.ok(JsonObject.parse(json).members());
  }

  private static AlarmRule rule(ApiRequest request) throws ApiException {
    var name = request.path("rule");
    var members = new LinkedHashMap<>(request.body().members());
    var named = members.putIfAbsent("name", name);
    if (named != null && !named.equals(name)) {
      throw new ApiException(400, "name: expected '" + name + "' as in the path, got " + named);
    }
    try {
      return MessageCodec.decodeAlarmRule(JsonObject.write(members));
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  /// What the rule had come to goes with it.
  ApiAnswer delete(ApiRequest request) throws ApiException, MessageException {
    var name = request.path("rule");
    Map<String, AttributeValue> item =
        tables
            .getItem(get -> get.tableName(fleetTable).key(FleetKeys.rule(name).attributes()))
            .item();
    if (item.isEmpty()) {
      throw new ApiException(404, "no alarm rule '" + name + "'");
    }
    var json = Attributes.text(item, "json").orElse("{}").getBytes(StandardCharsets.UTF_8);
    var thing = devices.require(MessageCodec.decodeAlarmRule(json).device()).thing();
    tables.deleteItem(
        delete -> delete.tableName(fleetTable).key(FleetKeys.alarm(thing, name).attributes()));
    tables.deleteItem(
        delete -> delete.tableName(fleetTable).key(FleetKeys.rule(name).attributes()));
    return ApiAnswer.ok(Map.of());
  }
}
