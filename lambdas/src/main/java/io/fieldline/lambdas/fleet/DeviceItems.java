// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Every item of a thing and of the devices behind it, in both tables. Nothing says where it left
/// off: what has gone is not found again.
final class DeviceItems {
  /// Days after now in which an item may begin: batches may be a day ahead.
  private static final int AHEAD_DAYS = 2;

  private final DynamoDbClient tables;
  private final String telemetryTable;
  private final String fleetTable;
  private final Duration retention;
  private final Deletions deletions;
  private final Memberships memberships;

  DeviceItems(
      DynamoDbClient tables,
      String telemetryTable,
      String fleetTable,
      Duration retention,
      Deletions deletions,
      Memberships memberships) {
    this.tables = tables;
    this.telemetryTable = telemetryTable;
    this.fleetTable = fleetTable;
    this.retention = retention;
    this.deletions = deletions;
    this.memberships = memberships;
  }

  /// A thing, and since when there may be something of it.
  ///
  /// @param devices itself and those behind it
  record Extent(String thing, Set<String> devices, long fromMs, long nowMs) {}

  /// @param timeLeft fails when there is none
  void delete(Extent of, Runnable timeLeft) {
    // Readings are as old as the retention when they come, at the most.
    var first = TelemetryKeys.day(of.fromMs - retention.toMillis()).minusDays(1);
    var last = TelemetryKeys.day(of.nowMs).plusDays(AHEAD_DAYS);
    for (var device : of.devices) {
      telemetry(of.thing, device, first, last, timeLeft);
    }
    for (var day = first; !day.isAfter(last); day = day.plusDays(1)) {
      fleet(of.thing, FleetKeys.QUARANTINE + day, "thing = :thing", timeLeft);
    }
    fleet(of.thing, FleetKeys.OPEN_COMMANDS, "thing = :thing", timeLeft);
    fleet(of.thing, FleetKeys.ALARMS, "thing = :thing", timeLeft);
    fleet(of.thing, FleetKeys.thing(of.thing), "", timeLeft);
    for (var device : of.devices) {
      leaveAll(of.thing, device);
    }
    remove(of.thing, FleetKeys.SERIALS, List.of(of.thing));
    remove(of.thing, FleetKeys.DEVICES, List.copyOf(of.devices));
  }

  private void telemetry(
      String thing, String device, LocalDate first, LocalDate last, Runnable timeLeft) {
    all(thing, telemetryTable, TelemetryKeys.latest(device).pk(), "", timeLeft);
    for (var day = first; !day.isAfter(last); day = day.plusDays(1)) {
      all(thing, telemetryTable, TelemetryKeys.rawPartition(device, day), "", timeLeft);
    }
    for (var month = YearMonth.from(first);
        !month.isAfter(YearMonth.from(last));
        month = month.plusMonths(1)) {
      all(thing, telemetryTable, TelemetryKeys.hourPartition(device, month), "", timeLeft);
    }
    for (var year = Year.from(first); !year.isAfter(Year.from(last)); year = year.plusYears(1)) {
      all(thing, telemetryTable, TelemetryKeys.dayPartition(device, year), "", timeLeft);
    }
  }

  private void fleet(String thing, String partition, String filter, Runnable timeLeft) {
    all(thing, fleetTable, partition, filter, timeLeft);
  }

  /// Those of a partition that a filter lets through.
  private void all(String thing, String table, String partition, String filter, Runnable timeLeft) {
    var values = new HashMap<String, AttributeValue>();
    values.put(":pk", Attributes.text(partition));
    if (!filter.isEmpty()) {
      values.put(":thing", Attributes.text(thing));
    }
    var pages =
        tables.queryPaginator(query ->
            query
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .filterExpression(filter.isEmpty() ? null : filter)
                .projectionExpression("pk, sk")
                .expressionAttributeValues(values));
    boolean isGone;
    do {
      isGone = true;
      for (var page : pages) {
        timeLeft.run();
        isGone &= deletions.delete(thing, table, counter(table), page.items());
      }
    } while (!isGone);
  }

  /// Each membership is an item that goes.
  private void leaveAll(String thing, String device) {
    try {
      memberships.leaveAll(device, deletions.counted(thing, counter(fleetTable), 1));
    } catch (ApiException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void remove(String thing, String partition, List<String> sortKeys) {
    for (var sortKey : sortKeys) {
      var key = new Key(partition, sortKey).attributes();
      var there = tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true));
      if (there.hasItem()) {
        deletions.delete(thing, fleetTable, counter(fleetTable), List.of(key));
      }
    }
  }

  private String counter(String table) {
    return table.equals(telemetryTable) ? "telemetryItems" : "fleetItems";
  }
}
