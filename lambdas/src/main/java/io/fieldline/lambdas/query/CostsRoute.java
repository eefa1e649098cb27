// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.ItemSize;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.MessageException;
import java.time.Duration;
import java.time.Instant;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `GET /costs`: what each device has cost in a month, of what was counted when its hours were
/// merged. What nobody has counted by the device (connections, invocations, rollups, commands, what
/// people look at, a message's bytes through a stream and in the archive) is not in it, and neither
/// is the hour that goes on.
final class CostsRoute {
  private static final double GIGABYTE = 1e9;

  /// Source: the pricing page of Amazon Data Firehose: each record is rounded up to 5 KB, and a
  /// message is no more.
  private static final double ARCHIVED_BYTES = 5120;

  private final DynamoDbClient tables;
  private final QueryTables names;
  private final Duration rawRetention;
  private final Prices prices;
  private final Delivery delivery;

  CostsRoute(
      DynamoDbClient tables,
      QueryTables names,
      Duration rawRetention,
      Prices prices,
      Delivery delivery) {
    this.tables = tables;
    this.names = names;
    this.rawRetention = rawRetention;
    this.prices = prices;
    this.delivery = delivery;
  }

  /// What was counted of a device.
  ///
  /// @param days with readings
  /// @param keptBytes of the raw items, as far as they are not over
  private record Usage(
      int days, long items, long readings, long writeUnits, long keptBytes, long latestUnits) {}

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var now = Instant.ofEpochMilli(request.receivedMs());
    var month = month(request, now);
    var page =
        Lists.page(
            tables, names.fleet(), new Listing(FleetKeys.DEVICES, "", false), _ -> true, request);
    var devices =
        page.items().stream().map(item -> Attributes.text(item, "sk").orElseThrow()).toList();
    var latest = latest(devices);
    var costs = new ArrayList<Map<String, Object>>();
    for (var device : devices) {
      costs.add(cost(device, usage(device, month, now, latest.getOrDefault(device, 0L))));
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("month", month.toString());
    answer.put("pricesReadOn", prices.readOn());
    answer.put("costs", costs);
    page.next().ifPresent(sortKey -> answer.put("cursor", Cursor.of(sortKey)));
    return ApiAnswer.ok(answer);
  }

  private static YearMonth month(ApiRequest request, Instant now) throws ApiException {
    var text = request.query("month");
    if (text.isEmpty()) {
      return YearMonth.from(now.atOffset(ZoneOffset.UTC));
    }
    try {
      return YearMonth.parse(text.get());
    } catch (DateTimeParseException e) {
      throw new ApiException(
          400, "month: expected a year and a month as 2026-11, got '" + text.get() + "'");
    }
  }

  private Usage usage(String device, YearMonth month, Instant now, long latestUnits) {
    long fromMs = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    long toMs =
        month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    int days = 0;
    long items = 0;
    long readings = 0;
    long writeUnits = 0;
    long keptBytes = 0;
    for (var day : days(device, Year.from(month), fromMs, toMs)) {
      days++;
      items += Attributes.whole(day, TelemetryKeys.ITEMS);
      readings += Attributes.whole(day, TelemetryKeys.READINGS);
      writeUnits += Attributes.whole(day, TelemetryKeys.WRITE_UNITS);
      var over = Instant.ofEpochMilli(TelemetryKeys.startMs(day)).plus(rawRetention);
      keptBytes += over.isAfter(now) ? Attributes.whole(day, TelemetryKeys.BYTES) : 0;
    }
    return new Usage(days, items, readings, writeUnits, keptBytes, latestUnits);
  }

  /// Those of which everything was counted: one of an earlier version tells nothing of its items.
  private List<Map<String, AttributeValue>> days(String device, Year year, long fromMs, long toMs) {
    return tables
        .queryPaginator(query ->
            query
                .tableName(names.telemetry())
                .keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
                .filterExpression("attribute_exists(#items)")
                .projectionExpression("sk, #items, #readings, #bytes, #units")
                .expressionAttributeNames(
                    Map.of(
                        "#items", TelemetryKeys.ITEMS,
                        "#readings", TelemetryKeys.READINGS,
                        "#bytes", TelemetryKeys.BYTES,
                        "#units", TelemetryKeys.WRITE_UNITS))
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(TelemetryKeys.dayPartition(device, year)),
                        ":from", Attributes.text(TelemetryKeys.rawFrom(fromMs)),
                        ":to", Attributes.text(TelemetryKeys.rawFrom(toMs - 1)))))
        .items()
        .stream()
        .toList();
  }

  /// The units that writing each one's newest values takes, as they are now.
  private Map<String, Long> latest(List<String> devices) {
    var byPartition = new HashMap<String, String>();
    devices.forEach(device -> byPartition.put(TelemetryKeys.latest(device).pk(), device));
    var keys = devices.stream().map(device -> TelemetryKeys.latest(device).attributes()).toList();
    var units = new HashMap<String, Long>();
    for (var item : Batches.get(tables, names.telemetry(), keys)) {
      var device = byPartition.get(Attributes.text(item, "pk").orElse(""));
      if (device != null) {
        units.put(device, ItemSize.writeUnits(ItemSize.bytes(item)));
      }
    }
    return units;
  }

  /// No money where nothing was counted.
  private Map<String, Object> cost(String device, Usage usage) {
    var cost = new LinkedHashMap<String, Object>();
    cost.put("device", device);
    cost.put("days", usage.days());
    if (usage.days() == 0) {
      return cost;
    }
    cost.put("messages", usage.items());
    cost.put("readings", usage.readings());
    cost.put("keptBytes", usage.keptBytes());
    var lines = lines(usage);
    cost.put("lines", lines.stream().map(Line::json).toList());
    cost.put("usd", lines.stream().mapToDouble(Line::usd).sum());
    return cost;
  }

  private List<Line> lines(Usage usage) {
    var lines = new ArrayList<Line>();
    lines.add(line("rules triggered", usage.items(), "RULE"));
    lines.add(line("actions of rules", usage.items(), "ACTION"));
    if (delivery.isQueued()) {
      lines.add(line("messages sent to the ingest queue", usage.items(), "QUEUE_REQUEST"));
    }
    if (delivery.isArchived()) {
      double gigabytes = usage.items() * ARCHIVED_BYTES / GIGABYTE;
      lines.add(line("actions of rules: archive", usage.items(), "ACTION"));
      lines.add(line("GB taken into the archive", gigabytes, "DELIVERY_GIGABYTE"));
    }
    lines.add(line("write units of raw items", usage.writeUnits(), "WRITE_UNIT"));
    long latestUnits = usage.items() * usage.latestUnits();
    lines.add(line("write units of newest values", latestUnits, "WRITE_UNIT"));
    double kept = usage.keptBytes() / GIGABYTE;
    lines.add(line("GB kept for a month", kept, "TABLE_GIGABYTE"));
    lines.add(line("GB kept for recovery", kept, "RECOVERY_GIGABYTE"));
    return lines;
  }

  /// So much of something, and what it costs.
  private record Line(String what, double quantity, double usd) {
    Map<String, Object> json() {
      return Map.of("what", what, "quantity", quantity, "usd", usd);
    }
  }

  private Line line(String what, double quantity, String price) {
    return new Line(what, quantity, quantity * prices.of(price));
  }
}
