// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmSubject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Forgets what a rule has come to, on all devices that it is about; the history stays. As good
/// when it is done twice.
public final class Forgetting {
  /// Source: Amazon DynamoDB API, BatchWriteItem.
  private static final int AT_ONCE = 25;

  private final DynamoDbClient tables;
  private final String fleetTable;

  /// Forgets in a fleet table.
  public Forgetting(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// A rule that goes, or is to be about something else. What stands on devices that are none of
  /// its subject any more goes, too.
  public void forget(AlarmRule rule) {
    var keys = new LinkedHashSet<Key>();
    switch (rule.subject()) {
      case AlarmSubject.Device(var device) -> add(keys, device(device), rule);
      case AlarmSubject.Group(var group) -> members(keys, Grouping.GROUP, group, rule);
      case AlarmSubject.Type(var type) -> members(keys, Grouping.TYPE, type, rule);
    }
    var all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      delete(all.subList(from, Math.min(all.size(), from + AT_ONCE)));
    }
  }

  /// A device that is gone has left nothing.
  private List<Map<String, AttributeValue>> device(String device) {
    var key = FleetKeys.device(device).attributes();
    var item = tables.getItem(get -> get.tableName(fleetTable).key(key)).item();
    return item.isEmpty() ? List.of() : List.of(item);
  }

  private void members(Set<Key> keys, Grouping grouping, String name, AlarmRule rule) {
    add(keys, partition(grouping.members(name).partition()), rule);
    var standing = new ArrayList<Map<String, AttributeValue>>();
    for (var item : partition(FleetKeys.ALARMS)) {
      if (Attributes.text(item, "rule").orElse("").equals(rule.name())) {
        standing.add(
            Map.of(
                "sk", Attributes.text(Attributes.text(item, "device").orElse("")),
                "thing", Attributes.text(Attributes.text(item, "thing").orElse(""))));
      }
    }
    add(keys, standing, rule);
  }

  private Iterable<Map<String, AttributeValue>> partition(String partition) {
    return tables
        .queryPaginator(query ->
            query
                .tableName(fleetTable)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", Attributes.text(partition))))
        .items();
  }

  /// @param devices `sk`, the device, and `thing`
  private static void add(
      Set<Key> keys, Iterable<Map<String, AttributeValue>> devices, AlarmRule rule) {
    for (var item : devices) {
      var device = Attributes.text(item, "sk").orElse("");
      var thing = Attributes.text(item, "thing").orElse(device);
      keys.add(FleetKeys.standing(device, rule.name()));
      keys.add(FleetKeys.alarm(thing, device, rule.name()));
    }
  }

  private void delete(List<Key> keys) {
    var request =
        Map.of(
            fleetTable,
            keys.stream()
                .map(key ->
                    WriteRequest.builder()
                        .deleteRequest(delete -> delete.key(key.attributes()))
                        .build())
                .toList());
    while (!request.isEmpty()) {
      var asked = request;
      request = tables.batchWriteItem(write -> write.requestItems(asked)).unprocessedItems();
    }
  }
}
