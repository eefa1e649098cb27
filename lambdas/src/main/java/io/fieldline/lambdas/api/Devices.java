// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The devices that were heard or provisioned.
public final class Devices {
  private final DynamoDbClient tables;
  private final String fleetTable;

  /// The devices of a fleet table.
  public Devices(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// A device.
  ///
  /// @param name its name
  /// @param thing itself, or its gateway
  /// @param type of which it is, if it is of one
  /// @param groups in which it is, sorted
  /// @param connection what was last told of its connection; a device behind a gateway has none
  public record Device(
      String name,
      String thing,
      Optional<String> type,
      List<String> groups,
      Optional<Connection> connection) {}

  /// The device of a name; 404 if it was never heard nor provisioned.
  public Device require(String name) throws ApiException {
    var item =
        tables
            .getItem(
                request -> request.tableName(fleetTable).key(FleetKeys.device(name).attributes()))
            .item();
    if (item.isEmpty()) {
      throw new ApiException(404, "no device '" + name + "' was ever heard or provisioned");
    }
    return of(item);
  }

  /// The device of an item.
  public static Device of(Map<String, AttributeValue> item) {
    var name = Attributes.text(item, "sk").orElseThrow();
    return new Device(
        name,
        Attributes.text(item, "thing").orElse(name),
        Grouping.type(item),
        Grouping.groups(item),
        Connection.of(item));
  }
}
