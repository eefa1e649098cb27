// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmSubject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A rule about absence on one of its devices.
///
/// @param rule as it is about this device alone
/// @param thing the device itself, or its gateway
record Watched(AlarmRule rule, AlarmCondition.Absence absence, String thing) {

  /// Every one that there is. Those of a group or a type are told by its partition, the devices of
  /// rules about one are looked up together.
  static List<Watched> all(DynamoDbClient tables, String fleetTable, List<AlarmRule> rules) {
    var all = new ArrayList<Watched>();
    var ofDevices = new HashMap<String, List<AlarmRule>>();
    for (var rule : rules) {
      if (!(rule.condition() instanceof AlarmCondition.Absence)) {
        continue;
      }
      switch (rule.subject()) {
        case AlarmSubject.Device(var device) ->
            ofDevices.computeIfAbsent(device, _ -> new ArrayList<>()).add(rule);
        case AlarmSubject.Group(var group) ->
            members(tables, fleetTable, Grouping.GROUP.members(group).partition())
                .forEach(member -> all.add(of(rule, member)));
        case AlarmSubject.Type(var type) ->
            members(tables, fleetTable, Grouping.TYPE.members(type).partition())
                .forEach(member -> all.add(of(rule, member)));
      }
    }
    var keys =
        ofDevices.keySet().stream().map(name -> FleetKeys.device(name).attributes()).toList();
    for (var item : Batches.get(tables, fleetTable, keys)) {
      var device = Attributes.text(item, "sk").orElseThrow();
      ofDevices.getOrDefault(device, List.of()).forEach(rule -> all.add(of(rule, item)));
    }
    return all;
  }

  private static Watched of(AlarmRule rule, Map<String, AttributeValue> item) {
    var device = Attributes.text(item, "sk").orElseThrow();
    return new Watched(
        rule.on(device),
        (AlarmCondition.Absence) rule.condition(),
        Attributes.text(item, "thing").orElse(device));
  }

  private static Iterable<Map<String, AttributeValue>> members(
      DynamoDbClient tables, String fleetTable, String partition) {
    return tables
        .queryPaginator(query ->
            query
                .tableName(fleetTable)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", Attributes.text(partition))))
        .items();
  }
}
