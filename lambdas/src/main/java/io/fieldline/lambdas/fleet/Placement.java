// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// Registers a device that was provisioned, before it is heard, with the type and the groups that
/// the list of serial numbers has for it. Once: when it is provisioned again, what people have
/// changed since stays. As good when it is done twice.
final class Placement {
  private static final System.Logger LOG = System.getLogger(Placement.class.getName());

  /// How often AWS IoT is asked for the thing, a minute later than the time before, each time.
  private static final int MOST_LOOKS = 5;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Memberships memberships;
  private final ThingGroups things;
  private final DeviceIdentity identity;
  private final FleetQueue queue;
  private final MirrorQueue mirrors;

  Placement(
      DynamoDbClient tables,
      String fleetTable,
      Memberships memberships,
      ThingGroups things,
      DeviceIdentity identity,
      FleetQueue queue,
      MirrorQueue mirrors) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.memberships = memberships;
    this.things = things;
    this.identity = identity;
    this.queue = queue;
    this.mirrors = mirrors;
  }

  /// @param thing the serial number, too
  /// @param look which look it is, from 1
  void take(String thing, int look) throws ApiException {
    var serial = item(FleetKeys.serial(thing));
    boolean isOver = serial.isEmpty() || serial.containsKey("placedMs");
    if (!isOver && !identity.isThere(thing)) {
      isOver = true;
      // If AWS IoT has not made it after all, its device asks for it again.
      if (look < MOST_LOOKS) {
        queue.tell(Map.of("provisioned", thing, "look", look + 1), Duration.ofMinutes(look));
      }
    }
    if (isOver || !isRegistered(thing)) {
      LOG.log(System.Logger.Level.INFO, "nothing to place", Map.of("thing", thing, "look", look));
      return;
    }
    var type = Grouping.type(serial);
    if (type.isPresent()) {
      memberships.setType(thing, type);
    }
    for (var group : Grouping.groups(serial)) {
      join(group, thing);
    }
    mirrors.tell(List.of(thing));
    tables.updateItem(update ->
        update
            .tableName(fleetTable)
            .key(FleetKeys.serial(thing).attributes())
            .updateExpression("SET placedMs = admittedMs")
            .conditionExpression("attribute_exists(admittedMs)"));
  }

  private void join(String group, String thing) throws ApiException {
    try {
      memberships.join(group, thing);
      things.add(group, thing);
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "not put into a group that is gone",
          Map.of("thing", thing, "group", group));
    }
  }

  /// False if it is being deleted.
  private boolean isRegistered(String thing) {
    var check =
        TransactWriteItem.builder()
            .conditionCheck(is ->
                is.tableName(fleetTable)
                    .key(FleetKeys.deletion(thing).attributes())
                    .conditionExpression("attribute_not_exists(pk)"))
            .build();
    var register =
        TransactWriteItem.builder()
            .update(update ->
                update
                    .tableName(fleetTable)
                    .key(FleetKeys.device(thing).attributes())
                    .updateExpression("SET thing = if_not_exists(thing, :thing)")
                    .expressionAttributeValues(Map.of(":thing", Attributes.text(thing))))
            .build();
    try {
      tables.transactWriteItems(write -> write.transactItems(check, register));
      return true;
    } catch (TransactionCanceledException e) {
      if (!item(FleetKeys.deletion(thing)).isEmpty()) {
        return false;
      }
      throw e;
    }
  }

  private Map<String, AttributeValue> item(Key key) {
    return tables
        .getItem(get -> get.tableName(fleetTable).key(key.attributes()).consistentRead(true))
        .item();
  }
}
