// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// In which groups devices are and of which type, read again when that is half a minute old: so it
/// costs a read a device and half a minute, however much the device says. Used by one thread at a
/// time.
final class DeviceMemberships {
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final int REMEMBERED = 10_000;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Clock clock;
  private final Map<String, Membership> known = new HashMap<>();

  DeviceMemberships(DynamoDbClient tables, String fleetTable, Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.clock = clock;
  }

  /// What a device belongs to.
  ///
  /// @param readMs when that was read
  record Membership(List<String> groups, Optional<String> type, long readMs) {}

  Membership of(String device) {
    long nowMs = clock.millis();
    var before = known.get(device);
    if (before != null && nowMs - before.readMs() <= FRESH.toMillis()) {
      return before;
    }
    var key = FleetKeys.device(device).attributes();
    var item = tables.getItem(get -> get.tableName(fleetTable).key(key)).item();
    var now = new Membership(Grouping.groups(item), Grouping.type(item), nowMs);
    if (known.size() == REMEMBERED) {
      known.clear();
    }
    known.put(device, now);
    return now;
  }
}
