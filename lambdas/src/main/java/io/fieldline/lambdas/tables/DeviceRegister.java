// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Which devices there are: one is registered when it is heard for the first time. Used by one
/// thread at a time.
public final class DeviceRegister {
  private static final int REMEMBERED = 10_000;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Set<String> known = new LinkedHashSet<>();

  /// The register in a fleet table.
  public DeviceRegister(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// Makes sure that a device is registered.
  ///
  /// @param thing under which it publishes: itself, or its gateway
  public void heard(String device, String thing, long atMs) {
    if (known.contains(device)) {
      return;
    }
    try {
      tables.updateItem(request ->
          request
              .tableName(fleetTable)
              .key(FleetKeys.device(device).attributes())
              .updateExpression("SET thing = :thing, firstMs = :atMs")
              .conditionExpression("attribute_not_exists(pk)")
              .expressionAttributeValues(
                  Map.of(":thing", Attributes.text(thing), ":atMs", Attributes.number(atMs))));
    } catch (ConditionalCheckFailedException alreadyThere) {
      // As it should be.
    }
    if (known.size() < REMEMBERED) {
      known.add(device);
    }
  }
}
