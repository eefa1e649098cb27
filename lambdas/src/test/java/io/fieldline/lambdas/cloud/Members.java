// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.cloud;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Groups of devices as the fleet function keeps them, for tests of those that read them.
public record Members(Cloud cloud) {
  /// Makes a group.
  public void group(String group) {
    var item =
        Grouping.GROUP
            .key(group)
            .with(
                Map.of(
                    "description", Attributes.text(""),
                    "by", Attributes.text("ada"),
                    "createdMs", Attributes.number(1),
                    "devices", Attributes.number(0)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  /// A device comes into a group.
  ///
  /// @param thing the device itself, or its gateway
  public void join(String group, String device, String thing) {
    var member = Grouping.GROUP.member(group, device).with(Map.of("thing", Attributes.text(thing)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(member));
    change("ADD groups :groups", device, AttributeValue.fromSs(List.of(group)));
  }

  /// A device leaves a group.
  public void leave(String group, String device) {
    var member = Grouping.GROUP.member(group, device).attributes();
    cloud.tables().deleteItem(delete -> delete.tableName(cloud.fleetTable()).key(member));
    change("DELETE groups :groups", device, AttributeValue.fromSs(List.of(group)));
  }

  /// A device is of a type.
  public void type(String type, String device, String thing) {
    var member = Grouping.TYPE.member(type, device).with(Map.of("thing", Attributes.text(thing)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(member));
    cloud
        .tables()
        .updateItem(update ->
            update
                .tableName(cloud.fleetTable())
                .key(FleetKeys.device(device).attributes())
                .updateExpression("SET #type = :type")
                .expressionAttributeNames(Map.of("#type", "type"))
                .expressionAttributeValues(Map.of(":type", Attributes.text(type))));
  }

  private void change(String expression, String device, AttributeValue groups) {
    cloud
        .tables()
        .updateItem(update ->
            update
                .tableName(cloud.fleetTable())
                .key(FleetKeys.device(device).attributes())
                .updateExpression(expression)
                .expressionAttributeValues(Map.of(":groups", groups)));
  }
}
