// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.series.Series;
import io.fieldline.lambdas.series.SeriesBuilder;
import io.fieldline.lambdas.series.SeriesRange;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// `GET /devices/{device}/series?fromMs=&toMs=`: every reading of the range, or as many merged
/// points as a chart can show.
final class SeriesRoute {
  private static final long MAX_RANGE_MS = 400L * 86_400_000;
  private static final int DAYS_AT_ONCE = 16;

  private final DynamoDbClient tables;
  private final String telemetryTable;
  private final Devices devices;

  SeriesRoute(DynamoDbClient tables, String telemetryTable, Devices devices) {
    this.tables = tables;
    this.telemetryTable = telemetryTable;
    this.devices = devices;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException {
    var device = devices.require(request.path("device")).name();
    var range = range(request);
    var sensor = request.query("sensor");
    var series = new ArrayList<Object>();
    for (var one : read(device, range)) {
      if (sensor.isEmpty() || sensor.get().equals(one.sensor())) {
        series.add(json(one));
      }
    }
    return ApiAnswer.ok(
        Map.of("device", device, "fromMs", range.fromMs(), "toMs", range.toMs(), "series", series));
  }

  private static SeriesRange range(ApiRequest request) throws ApiException {
    long fromMs = required(request, "fromMs");
    long toMs = required(request, "toMs");
    if (toMs < fromMs || toMs - fromMs > MAX_RANGE_MS) {
      throw new ApiException(
          400, "expected fromMs ≤ toMs, at most 400 days apart; got " + fromMs + " and " + toMs);
    }
    return new SeriesRange(fromMs, toMs, SeriesRange.MAX_POINTS);
  }

  private static long required(ApiRequest request, String name) throws ApiException {
    var number = request.number(name);
    if (number.isEmpty()) {
      throw new ApiException(400, name + ": expected epoch milliseconds, got none");
    }
    return number.get();
  }

  private List<Series> read(String device, SeriesRange range) {
    var builder = new SeriesBuilder(range);
    var day = TelemetryKeys.day(range.fromMs());
    var last = TelemetryKeys.day(range.toMs());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      while (!day.isAfter(last)) {
        var items = new ArrayList<Future<List<byte[]>>>();
        for (int i = 0; i < DAYS_AT_ONCE && !day.isAfter(last); i++, day = day.plusDays(1)) {
          var one = day;
          items.add(threads.submit(() -> day(device, one, range)));
        }
        for (var item : items) {
          taken(item).forEach(builder::add);
        }
      }
    }
    return builder.build();
  }

  private static List<byte[]> taken(Future<List<byte[]>> items) {
    try {
      return items.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading series", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private List<byte[]> day(String device, LocalDate day, SeriesRange range) {
    var pages =
        tables.queryPaginator(request ->
            request
                .tableName(telemetryTable)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(TelemetryKeys.rawPartition(device, day)),
                        ":from",
                            Attributes.text(
                                TelemetryKeys.rawFrom(HourParts.hourOf(range.fromMs()))),
                        ":to", Attributes.text(TelemetryKeys.rawTo(range.toMs())))));
    var packed = new ArrayList<byte[]>();
    for (var page : pages) {
      for (var item : page.items()) {
        var attribute = item.get(TelemetryKeys.PACKED);
        if (attribute != null) {
          packed.add(attribute.b().asByteArrayUnsafe());
        }
      }
    }
    return packed;
  }

  private static Map<String, Object> json(Series series) {
    var json = new LinkedHashMap<String, Object>();
    json.put("sensor", series.sensor());
    json.put("unit", series.unit());
    json.put("stepMs", series.stepMs());
    json.put("timesMs", series.timesMs());
    json.put("values", series.values());
    if (series.stepMs() > 0) {
      json.put("mins", series.mins());
      json.put("maxs", series.maxs());
    }
    return json;
  }
}
