// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.admission;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// The serial numbers that may be provisioned. Each may until its device is heard for the first
/// time: an answer that was lost is asked for again, and whoever knows the number of a device that
/// runs already comes too late. After that, for a day after an admin has said so.
final class AllowList {
  private static final Duration AGAIN = Duration.ofDays(1);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Clock clock;

  AllowList(DynamoDbClient tables, String fleetTable, Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.clock = clock;
  }

  /// Notes that a serial number gets a certificate.
  ///
  /// @return why it may not
  Optional<String> admit(String serial, String certificateId) {
    var item = get(FleetKeys.serial(serial));
    if (item.isEmpty()) {
      return Optional.of("serial number " + serial + ": expected one of the list");
    }
    if (!get(FleetKeys.deletion(serial)).isEmpty()) {
      return Optional.of(
          "serial number " + serial + ": expected one whose device was not deleted; /deletions");
    }
    long nowMs = clock.millis();
    boolean again = nowMs - Attributes.whole(item, "againMs") < AGAIN.toMillis();
    if (!again && DeviceRegister.wasHeard(get(FleetKeys.device(serial)))) {
      return Optional.of(
          "serial number "
              + serial
              + ": expected one whose device was never heard, or that may be provisioned again");
    }
    try {
      tables.updateItem(update ->
          update
              .tableName(fleetTable)
              .key(FleetKeys.serial(serial).attributes())
              .updateExpression(
                  "SET admittedMs = :nowMs, certificateId = :certificate ADD admissions :one")
              .conditionExpression("attribute_exists(pk)")
              .expressionAttributeValues(
                  Map.of(
                      ":nowMs", Attributes.number(nowMs),
                      ":certificate", Attributes.text(certificateId),
                      ":one", Attributes.number(1))));
      return Optional.empty();
    } catch (ConditionalCheckFailedException removedMeanwhile) {
      return Optional.of("serial number " + serial + ": expected one of the list");
    }
  }

  private Map<String, AttributeValue> get(Key key) {
    return tables
        .getItem(get -> get.tableName(fleetTable).key(key.attributes()).consistentRead(true))
        .item();
  }
}
