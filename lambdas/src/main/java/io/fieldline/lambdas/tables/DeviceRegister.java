// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Which devices there are: one is registered when it is provisioned, or when it is heard for the
/// first time. Used by one thread at a time.
public final class DeviceRegister {
  private static final int REMEMBERED = 10_000;
  private static final Duration PUT_BY = Duration.ofDays(7);

  /// Deletions wait longer until they look again.
  private static final Duration KNOWN_FOR = Duration.ofMinutes(5);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Clock clock;
  private final Map<String, Long> knownUntilMs = new HashMap<>();

  /// The register in a fleet table.
  public DeviceRegister(DynamoDbClient tables, String fleetTable, Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.clock = clock;
  }

  /// Makes sure that a device is registered, and stays so for some minutes without looking again.
  ///
  /// @param thing under which it publishes: itself, or its gateway
  /// @return false if the thing was deleted: then nothing of it may be kept
  public boolean heard(String device, String thing, long atMs) {
    if (knownUntilMs.getOrDefault(device, 0L) > clock.millis()) {
      return true;
    }
    if (!get(FleetKeys.deletion(thing)).isEmpty()) {
      return false;
    }
    var item = get(FleetKeys.device(device));
    if (!wasHeard(item)) {
      var values = Map.of(":thing", Attributes.text(thing), ":atMs", Attributes.number(atMs));
      isTaken(
          FleetKeys.device(device),
          "SET thing = :thing, firstMs = :atMs",
          "attribute_not_exists(firstMs)",
          values);
    }
    if (device.equals(thing) && Connection.of(item).isEmpty()) {
      Connection.of(get(FleetKeys.connection(thing))).ifPresent(before -> take(thing, before));
    }
    if (knownUntilMs.size() == REMEMBERED) {
      knownUntilMs.clear();
    }
    knownUntilMs.put(device, clock.millis() + KNOWN_FOR.toMillis());
    return true;
  }

  /// Whether the device of an item was ever heard, and not only provisioned.
  public static boolean wasHeard(Map<String, AttributeValue> device) {
    return device.containsKey("firstMs");
  }

  /// Whether a device of this name is registered.
  public boolean isThere(String device) {
    return !get(FleetKeys.device(device)).isEmpty();
  }

  private Map<String, AttributeValue> get(Key key) {
    return tables
        .getItem(get -> get.tableName(fleetTable).key(key.attributes()).consistentRead(true))
        .item();
  }

  /// Takes what AWS IoT told of a connection, if nothing newer is known. An account may hold other
  /// things than this stage's devices, so nobody is registered by it: of a client that was not
  /// heard yet it is put by for a while, until it is. Both write their own before they read the
  /// other's, so that one of them finds it.
  ///
  /// @param nowMs epoch milliseconds
  /// @return whether it was news of a device
  public boolean connection(String thing, Connection connection, long nowMs) {
    if (!isThere(thing)) {
      putBy(thing, connection, nowMs);
    }
    return take(thing, connection);
  }

  private boolean take(String thing, Connection connection) {
    return isTaken(
        FleetKeys.device(thing),
        "SET " + connection.assignments(),
        "attribute_exists(pk) AND " + connection.condition(),
        connection.compared());
  }

  private void putBy(String thing, Connection connection, long nowMs) {
    var values = new HashMap<>(connection.compared());
    values.put(":ttl", Attributes.number((nowMs + PUT_BY.toMillis()) / 1000));
    isTaken(
        FleetKeys.connection(thing),
        "SET #ttl = :ttl, " + connection.assignments(),
        connection.condition(),
        values);
  }

  private boolean isTaken(
      Key key, String update, String condition, Map<String, AttributeValue> values) {
    try {
      tables.updateItem(request -> {
        request
            .tableName(fleetTable)
            .key(key.attributes())
            .updateExpression(update)
            .conditionExpression(condition)
            .expressionAttributeValues(values);
        if (update.contains("#ttl")) {
          request.expressionAttributeNames(Map.of("#ttl", TelemetryKeys.TTL));
        }
      });
      return true;
    } catch (ConditionalCheckFailedException notNews) {
      return false;
    }
  }
}
