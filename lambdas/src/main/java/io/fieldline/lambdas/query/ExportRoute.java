// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.messages.MessageException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// `GET /devices/{device}/export`: the rows of any range, in parts that make the file when they are
/// put one behind the other. No part is longer than a function may answer, so neither side ever
/// holds the whole range.
final class ExportRoute {
  /// Source: `docs/reference/times-of-readings.md`.
  private static final long EARLIEST_MS = 946_684_800_000L;

  private static final long MOST_AHEAD_MS = 24L * 3_600_000;

  private final SeriesReader reader;
  private final Devices devices;
  private final Duration rawRetention;

  ExportRoute(
      DynamoDbClient tables, String telemetryTable, Duration rawRetention, Devices devices) {
    this.reader = new SeriesReader(tables, telemetryTable, rawRetention);
    this.devices = devices;
    this.rawRetention = rawRetention;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var device = devices.require(request.path("device")).name();
    var resolution = oneOf(ExportResolution.values(), "resolution", request);
    var format = oneOf(ExportFormat.values(), "format", request);
    long fromMs = required(request, "fromMs");
    long toMs = required(request, "toMs");
    checkRange(resolution, fromMs, toMs, request.receivedMs());
    // Where no reading can be, nobody goes through part after part.
    fromMs = Math.max(fromMs, EARLIEST_MS);
    toMs = Math.min(toMs, request.receivedMs() + MOST_AHEAD_MS);
    var sensor = request.query("sensor");
    var cursor = request.query("cursor");
    long atMs = cursor.isEmpty() ? resolution.begin(fromMs) : Cursor.time(cursor.get());

    var rows = new ExportRows(device, format, resolution.fields());
    var next =
        resolution.read(
            reader, new ExportResolution.Asked(device, sensor, atMs, resolution.end(toMs)), rows);
    var headers = new java.util.HashMap<>(Map.of("content-type", format.contentType()));
    next.ifPresent(time -> headers.put("link", link(request, time)));
    var head = cursor.isEmpty() ? format.head(rows.names()) : "";
    return new ApiAnswer(200, headers, head + rows.text());
  }

  private void checkRange(ExportResolution resolution, long fromMs, long toMs, long nowMs)
      throws ApiException {
    if (toMs < fromMs) {
      throw new ApiException(400, "expected fromMs ≤ toMs; got " + fromMs + " and " + toMs);
    }
    if (resolution == ExportResolution.RAW && fromMs < nowMs - rawRetention.toMillis()) {
      throw new ApiException(
          400,
          "fromMs: single readings are kept for %d days; expected a later time, or resolution minute or hour; got %d"
              .formatted(rawRetention.toDays(), fromMs));
    }
  }

  /// Source: RFC 8288, section 3; RFC 3986, section 4.2: a reference that begins with its query
  /// keeps the path.
  private static String link(ApiRequest request, long nextMs) {
    var query = new ArrayList<String>();
    for (var name : List.of("fromMs", "toMs", "sensor", "resolution", "format")) {
      asked(request, name)
          .ifPresent(
              value -> query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    }
    query.add("cursor=" + Cursor.of(nextMs));
    return "<?" + String.join("&", query) + ">; rel=\"next\"";
  }

  private static Optional<String> asked(ApiRequest request, String name) {
    try {
      return request.query(name);
    } catch (ApiException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long required(ApiRequest request, String name) throws ApiException {
    return request
        .number(name)
        .orElseThrow(() -> new ApiException(400, name + ": expected epoch milliseconds, got none"));
  }

  /// The first where the request says nothing.
  private static <E extends Enum<E>> E oneOf(E[] all, String name, ApiRequest request)
      throws ApiException {
    var wanted = request.query(name).orElse(wire(all[0]));
    return Arrays.stream(all)
        .filter(one -> wire(one).equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new ApiException(
                400,
                "%s: expected one of %s, got '%s'"
                    .formatted(name, Arrays.stream(all).map(ExportRoute::wire).toList(), wanted)));
  }

  private static String wire(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }
}
