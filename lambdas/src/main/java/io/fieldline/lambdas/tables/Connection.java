// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What AWS IoT last told of a thing's connection, as it stands in an item: `connected`,
/// `connectionMs`, `connectionVersion`, `connectionReason`.
///
/// Source: AWS IoT Core Developer Guide, "Lifecycle events": the version number grows with each
/// connection of a client, its end has the same number, and messages may come twice and in any
/// order; it begins at 0 again when the client was not connected for about an hour.
///
/// @param atMs when that happened, epoch milliseconds
/// @param version the version number
/// @param reason why it ended; empty while there is one
public record Connection(boolean connected, long atMs, long version, String reason) {
  /// What is closer together was not separated by the hour after which versions begin again.
  /// Assumed: no two of AWS's clocks differ by more.
  private static final Duration BY_VERSION = Duration.ofMinutes(10);

  /// The condition under which this is newer than what an item has. A message that came already is
  /// not newer than itself.
  String condition() {
    var laterOfSame = connected ? "" : " OR (connectionVersion = :version AND connected = :true)";
    return "(attribute_not_exists(connectionMs) OR connectionMs < :early OR (connectionMs <= :late"
        + " AND (connectionVersion < :version"
        + laterOfSame
        + ")))";
  }

  /// What an update sets to keep this.
  String assignments() {
    return "connected = :connected, connectionMs = :atMs, connectionVersion = :version,"
        + " connectionReason = :reason";
  }

  /// What {@link #assignments} name.
  Map<String, AttributeValue> assigned() {
    return Map.of(
        ":connected", AttributeValue.fromBool(connected),
        ":atMs", Attributes.number(atMs),
        ":version", Attributes.number(version),
        ":reason", Attributes.text(reason));
  }

  /// What {@link #assignments} and {@link #condition} name.
  Map<String, AttributeValue> compared() {
    var values = new HashMap<>(assigned());
    values.put(":early", Attributes.number(atMs - BY_VERSION.toMillis()));
    values.put(":late", Attributes.number(atMs + BY_VERSION.toMillis()));
    if (!connected) {
      values.put(":true", AttributeValue.fromBool(true));
    }
    return values;
  }

  /// What an item says; empty if nothing was told of its thing yet.
  public static Optional<Connection> of(Map<String, AttributeValue> item) {
    var connected = item.get("connected");
    return connected != null
        ? Optional.of(
            new Connection(
                connected.bool(),
                Attributes.whole(item, "connectionMs"),
                Attributes.whole(item, "connectionVersion"),
                Attributes.text(item, "connectionReason").orElse("")))
        : Optional.empty();
  }
}
