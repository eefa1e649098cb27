// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/// Puts devices into groups and takes them out, and says of which type they are. What the device's
/// item says, what the group's or type's partition has, and their number change in one transaction,
/// so that they agree wherever a function ends. Each call may be repeated.
final class Memberships {
  /// As many as AWS IoT has for a thing.
  ///
  /// Source: AWS IoT Core quotas: "Maximum number of thing groups a thing can belong to": 10.
  static final int MOST_GROUPS = 10;

  private static final int ATTEMPTS = 10;
  private static final Map<String, AttributeValue> ONE = Map.of(":one", Attributes.number(1));

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Groups groups;

  Memberships(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.groups = new Groups(tables, fleetTable);
  }

  /// What a device leaves and what it comes to.
  private record Move(Grouping grouping, Optional<String> from, Optional<String> to) {}

  /// Puts a device into a group.
  ///
  /// @return whether it was not in it before
  boolean join(String group, String device) throws ApiException {
    for (int attempt = 1; ; attempt++) {
      var item = requireDevice(device);
      if (Grouping.groups(item).contains(group)) {
        return false;
      }
      requireGroup(group);
      requireToStay(device, item);
      if (Grouping.groups(item).size() >= MOST_GROUPS) {
        throw new ApiException(
            409,
            "%s: expected a device in fewer than %d groups, got one in %s"
                .formatted(device, MOST_GROUPS, Grouping.groups(item)));
      }
      var update = Update.builder().updateExpression("ADD groups :names");
      update
          .conditionExpression(
              "attribute_exists(pk) AND NOT contains(groups, :name) AND (attribute_not_exists(groups)"
                  + " OR size(groups) < :most)")
          .expressionAttributeValues(
              Map.of(
                  ":names", AttributeValue.fromSs(List.of(group)),
                  ":name", Attributes.text(group),
                  ":most", Attributes.number(MOST_GROUPS)));
      var move = new Move(Grouping.GROUP, Optional.empty(), Optional.of(group));
      if (isDone(move, device, item, update, List.of(), attempt)) {
        return true;
      }
    }
  }

  /// Takes a device out of a group.
  ///
  /// @return whether it was in it
  boolean leave(String group, String device) throws ApiException {
    return leave(group, device, requireDevice(device), List.of());
  }

  private boolean leave(
      String group,
      String device,
      Map<String, AttributeValue> found,
      List<TransactWriteItem> further)
      throws ApiException {
    var item = found;
    for (int attempt = 1; ; attempt++) {
      if (!Grouping.groups(item).contains(group)) {
        return false;
      }
      var update = Update.builder().updateExpression("DELETE groups :names");
      update
          .conditionExpression("contains(groups, :name)")
          .expressionAttributeValues(
              Map.of(
                  ":names", AttributeValue.fromSs(List.of(group)),
                  ":name", Attributes.text(group)));
      var move = new Move(Grouping.GROUP, Optional.of(group), Optional.empty());
      if (isDone(move, device, item, update, further, attempt)) {
        return true;
      }
      item = item(FleetKeys.device(device));
    }
  }

  /// Says of which type a device is, or that it is of none.
  void setType(String device, Optional<String> type) throws ApiException {
    setType(device, type, List.of());
  }

  private void setType(String device, Optional<String> type, List<TransactWriteItem> further)
      throws ApiException {
    for (int attempt = 1; ; attempt++) {
      var item = requireDevice(device);
      var before = Grouping.type(item);
      if (before.equals(type)) {
        return;
      }
      var update =
          Update.builder()
              .updateExpression(type.isPresent() ? "SET #type = :type" : "REMOVE #type")
              .conditionExpression(
                  before.isPresent()
                      ? "#type = :before"
                      : "attribute_exists(pk) AND attribute_not_exists(#type)")
              .expressionAttributeNames(Map.of("#type", Grouping.TYPE.attribute()));
      var values = new HashMap<String, AttributeValue>();
      before.ifPresent(name -> values.put(":before", Attributes.text(name)));
      type.ifPresent(name -> values.put(":type", Attributes.text(name)));
      update.expressionAttributeValues(values);
      if (type.isPresent()) {
        requireToStay(device, item);
      }
      if (isDone(new Move(Grouping.TYPE, before, type), device, item, update, further, attempt)) {
        return;
      }
    }
  }

  /// Takes a device that goes out of everything.
  ///
  /// @param counts what counts an item that went, in the same transaction
  void leaveAll(String device, TransactWriteItem counts) throws ApiException {
    var item = item(FleetKeys.device(device));
    for (var group : Grouping.groups(item)) {
      leave(group, device, item, List.of(counts));
    }
    if (Grouping.type(item).isPresent()) {
      setType(device, Optional.empty(), List.of(counts));
    }
  }

  private boolean isDone(
      Move move,
      String device,
      Map<String, AttributeValue> item,
      Update.Builder update,
      List<TransactWriteItem> further,
      int attempt)
      throws ApiException {
    var thing = Attributes.text(item, "thing").orElse(device);
    var writes = new ArrayList<>(further);
    var change = update.tableName(fleetTable).key(FleetKeys.device(device).attributes()).build();
    writes.add(TransactWriteItem.builder().update(change).build());
    move.from.ifPresent(name -> writes.addAll(gone(move.grouping, name, device)));
    move.to.ifPresent(name -> writes.addAll(come(move.grouping, name, device, thing)));
    try {
      tables.transactWriteItems(request -> request.transactItems(writes));
      return true;
    } catch (TransactionCanceledException changedMeanwhile) {
      if (attempt == ATTEMPTS) {
        throw new ApiException(
            409, "%s is changed by others all the time: ask again".formatted(device));
      }
      return false;
    }
  }

  private List<TransactWriteItem> gone(Grouping grouping, String name, String device) {
    var member = grouping.member(name, device).attributes();
    return List.of(
        TransactWriteItem.builder()
            .delete(delete -> delete.tableName(fleetTable).key(member))
            .build(),
        counted(grouping.key(name), "SET devices = devices - :one", "attribute_exists(pk)"));
  }

  /// Not if the device is being deleted, and not into a group that is.
  private List<TransactWriteItem> come(
      Grouping grouping, String name, String device, String thing) {
    var member = grouping.member(name, device).with(Map.of("thing", Attributes.text(thing)));
    return List.of(
        TransactWriteItem.builder()
            .conditionCheck(check ->
                check
                    .tableName(fleetTable)
                    .key(FleetKeys.deletion(thing).attributes())
                    .conditionExpression("attribute_not_exists(pk)"))
            .build(),
        TransactWriteItem.builder().put(put -> put.tableName(fleetTable).item(member)).build(),
        counted(
            grouping.key(name),
            "ADD devices :one",
            grouping == Grouping.GROUP
                ? "attribute_exists(pk) AND attribute_not_exists(goingMs)"
                : null));
  }

  private TransactWriteItem counted(Key key, String expression, @Nullable String condition) {
    return TransactWriteItem.builder()
        .update(update ->
            update
                .tableName(fleetTable)
                .key(key.attributes())
                .updateExpression(expression)
                .conditionExpression(condition)
                .expressionAttributeValues(ONE))
        .build();
  }

  /// The item of a device; empty if there is none.
  Map<String, AttributeValue> device(String device) {
    return item(FleetKeys.device(device));
  }

  /// The thing under which a device publishes; empty if the device is not registered.
  Optional<String> gateway(String device) {
    return Attributes.text(device(device), "thing");
  }

  private Map<String, AttributeValue> requireDevice(String device) throws ApiException {
    var item = device(device);
    if (item.isEmpty()) {
      throw new ApiException(404, "no device '" + device + "' was ever heard or provisioned");
    }
    return item;
  }

  private void requireToStay(String device, Map<String, AttributeValue> item) throws ApiException {
    var thing = Attributes.text(item, "thing").orElse(device);
    if (!item(FleetKeys.deletion(thing)).isEmpty()) {
      throw new ApiException(409, "expected a device that stays, got one that is being deleted");
    }
  }

  /// 404 if there is no such group, or if it goes.
  void requireGroup(String group) throws ApiException {
    groups.require(group);
  }

  private Map<String, AttributeValue> item(Key key) {
    return tables
        .getItem(get -> get.tableName(fleetTable).key(key.attributes()).consistentRead(true))
        .item();
  }
}
