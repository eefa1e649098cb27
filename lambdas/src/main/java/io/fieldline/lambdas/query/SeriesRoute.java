// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.series.Series;
import io.fieldline.lambdas.series.SeriesRange;
import io.fieldline.messages.MessageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// `GET /devices/{device}/series?fromMs=&toMs=`: every reading of the range, or as many merged
/// points as a chart can show.
final class SeriesRoute {
  private static final long MAX_RANGE_MS = 400L * 86_400_000;

  private final SeriesReader reader;
  private final Devices devices;

  SeriesRoute(
      DynamoDbClient tables, String telemetryTable, Duration rawRetention, Devices devices) {
    this.reader = new SeriesReader(tables, telemetryTable, rawRetention);
    this.devices = devices;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var device = devices.require(request.path("device")).name();
    var range = range(request);
    var sensor = request.query("sensor");
    var series = new ArrayList<Object>();
    for (var one : reader.read(device, range, request.receivedMs())) {
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
