// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.FleetKeys;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The devices that have been heard.
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
  /// @param connection what was last told of its connection; a device behind a gateway has none
  public record Device(String name, String thing, Optional<Connection> connection) {}

  /// The device of a name; 404 if it was never heard.
  public Device require(String name) throws ApiException {
    var item =
        tables
            .getItem(
                request -> request.tableName(fleetTable).key(FleetKeys.device(name).attributes()))
            .item();
    if (item.isEmpty()) {
      throw new ApiException(404, "no device '" + name + "' was ever heard");
    }
    return of(item);
  }

  /// The device of an item.
  public static Device of(Map<String, AttributeValue> item) {
    var name = Attributes.text(item, "sk").orElseThrow();
    return new Device(name, Attributes.text(item, "thing").orElse(name), Connection.of(item));
  }
}
