// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// The serial numbers of devices that may be provisioned, as admins keep them.
final class Serials {
  /// Source: Amazon DynamoDB API, BatchGetItem and BatchWriteItem.
  private static final int READ_AT_ONCE = 100;

  private static final int WRITTEN_AT_ONCE = 25;

  private final DynamoDbClient tables;
  private final String fleetTable;

  Serials(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// Adds those that are not there; one that is there stays as it is, with what became of it.
  ///
  /// @return how many were added
  int add(List<DeviceCsv.Row> devices, String by, long atMs) {
    int added = 0;
    for (int from = 0; from < devices.size(); from += READ_AT_ONCE) {
      var some =
          new ArrayList<>(devices.subList(from, Math.min(devices.size(), from + READ_AT_ONCE)));
      var there = there(some.stream().map(DeviceCsv.Row::serial).toList());
      some.removeIf(device -> there.contains(device.serial()));
      for (int i = 0; i < some.size(); i += WRITTEN_AT_ONCE) {
        write(some.subList(i, Math.min(some.size(), i + WRITTEN_AT_ONCE)), by, atMs);
      }
      added += some.size();
    }
    return added;
  }

  private Set<String> there(List<String> serials) {
    var there = new HashSet<String>();
    var keys = serials.stream().map(serial -> FleetKeys.serial(serial).attributes()).toList();
    var request =
        Map.of(
            fleetTable, KeysAndAttributes.builder().keys(keys).projectionExpression("sk").build());
    while (!request.isEmpty()) {
      var asked = request;
      var answer = tables.batchGetItem(get -> get.requestItems(asked));
      answer
          .responses()
          .getOrDefault(fleetTable, List.of())
          .forEach(item -> Attributes.text(item, "sk").ifPresent(there::add));
      request = answer.unprocessedKeys();
    }
    return there;
  }

  private void write(List<DeviceCsv.Row> devices, String by, long atMs) {
    var request =
        Map.of(
            fleetTable,
            devices.stream()
                .map(device -> FleetKeys.serial(device.serial()).with(added(device, by, atMs)))
                .map(item -> WriteRequest.builder().putRequest(put -> put.item(item)).build())
                .toList());
    while (!request.isEmpty()) {
      var asked = request;
      request = tables.batchWriteItem(put -> put.requestItems(asked)).unprocessedItems();
    }
  }

  private static Map<String, AttributeValue> added(DeviceCsv.Row device, String by, long atMs) {
    var item = new HashMap<String, AttributeValue>();
    item.put("by", Attributes.text(by));
    item.put("addedMs", Attributes.number(atMs));
    if (!device.type().isEmpty()) {
      item.put(Grouping.TYPE.attribute(), Attributes.text(device.type()));
    }
    if (!device.groups().isEmpty()) {
      item.put(Grouping.GROUP.attribute(), AttributeValue.fromSs(device.groups()));
    }
    return item;
  }

  /// Adds one, or lets it be provisioned once more for a while.
  Map<String, AttributeValue> allow(String serial, String by, long atMs) {
    return tables
        .updateItem(update ->
            update
                .tableName(fleetTable)
                .key(FleetKeys.serial(serial).attributes())
                .updateExpression(
                    "SET againMs = :atMs, #by = if_not_exists(#by, :by),"
                        + " addedMs = if_not_exists(addedMs, :atMs)")
                .expressionAttributeNames(Map.of("#by", "by"))
                .expressionAttributeValues(
                    Map.of(":atMs", Attributes.number(atMs), ":by", Attributes.text(by)))
                .returnValues(ReturnValue.ALL_NEW))
        .attributes();
  }

  /// Takes one from the list; a device that has its certificate keeps that.
  ///
  /// @return whether it was there
  boolean remove(String serial) {
    return tables
        .deleteItem(delete ->
            delete
                .tableName(fleetTable)
                .key(FleetKeys.serial(serial).attributes())
                .returnValues(ReturnValue.ALL_OLD))
        .hasAttributes();
  }
}
