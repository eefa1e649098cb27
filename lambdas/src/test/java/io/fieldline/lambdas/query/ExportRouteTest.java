// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.series.Samples;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedStack.class)
final class ExportRouteTest {
  private static final String ROUTE = "GET /devices/{device}/export";
  private static final long NOW = 1_764_042_000_000L;
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final int MOST_BYTES = 6 * 1024 * 1024;

  private final Cloud cloud;
  private final QueryHandler function;
  private int seq;

  ExportRouteTest(Cloud cloud) {
    this.cloud = cloud;
    var variables =
        Map.of(
            "PRICES",
            "READ_ON=2026-09-20,RULE=1E-6",
            "BUFFER",
            "sqs",
            "AUDIT_RETENTION_DAYS",
            "90",
            "RAW_RETENTION_DAYS",
            "30",
            "TELEMETRY_TABLE",
            cloud.telemetryTable(),
            "FLEET_TABLE",
            cloud.fleetTable());
    function = new QueryHandler(new Environment(variables), cloud.tables(), cloud.shadows());
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw", "gw", NOW);
  }

  private void item(Samples... columns) {
    var key =
        TelemetryKeys.raw("gw", columns[0].atMs()[0], new TelemetryBatch.Identity(1, 0, seq++));
    cloud
        .tables()
        .putItem(put ->
            put.tableName(cloud.telemetryTable())
                .item(
                    key.with(
                        Map.of(
                            TelemetryKeys.PACKED,
                            Attributes.bytes(PackedCodec.pack(List.of(columns)))))));
  }

  private static Samples samples(String sensor, String unit, long fromMs, double... values) {
    return new Samples(
        sensor,
        unit,
        LongStream.range(0, values.length).map(i -> fromMs + i * 1000).toArray(),
        values);
  }

  private Invocation.Text get(Map<String, String> query) throws IOException {
    return Invocation.text(function, ROUTE, Map.of("device", "gw"), query);
  }

  private static Map<String, String> range(long fromMs, long toMs) {
    return Map.of("fromMs", String.valueOf(fromMs), "toMs", String.valueOf(toMs));
  }

  /// As a client does: until no Link names a next part.
  private String whole(Map<String, String> query, int[] parts) throws IOException {
    var file = new StringBuilder();
    var asked = query;
    while (true) {
      var part = get(asked);
      parts[0]++;
      assertThat(JsonObject.write(Map.of("body", part.body())).length).isLessThan(MOST_BYTES);
      file.append(part.body());
      var link = part.headers().optionalText("link");
      if (link.isEmpty()) {
        return file.toString();
      }
      assertThat(link.get()).endsWith(">; rel=\"next\"");
      asked = new HashMap<>();
      var reference = link.get().substring(1, link.get().indexOf('>'));
      for (var pair : URI.create("http://api" + reference).getRawQuery().split("&")) {
        int equals = pair.indexOf('=');
        asked.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void csvHoldsEveryReadingAsItWas() throws IOException {
    item(samples("t", "Cel", NOW - HOUR, 21.5, 1e-7), samples("a,\"b\"", "", NOW - HOUR, 1e10));
    item(samples("t", "Cel", NOW - HOUR - 1, -3));

    assertThat(get(range(NOW - HOUR - 1, NOW)).body())
        .isEqualTo(
            """
            time,device,sensor,unit,value
            2025-11-25T02:39:59.999Z,gw,t,Cel,-3
            2025-11-25T02:40:00Z,gw,"a,""b""\",,10000000000
            2025-11-25T02:40:00Z,gw,t,Cel,21.5
            2025-11-25T02:40:01Z,gw,t,Cel,0.0000001
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void aSensorIsNoFormulaInASpreadsheet() throws IOException {
    item(samples("=HYPERLINK(1)", "-", NOW - HOUR, 1));

    assertThat(get(range(NOW - HOUR, NOW)).body()).contains(",'=HYPERLINK(1),'-,1");
  }

  @Test
  void aRangeOfAnyLengthComesInPartsThatMakeTheFile() throws IOException {
    var perHour = new double[3600];
    Arrays.setAll(perHour, i -> i / 10.0);
    int hours = 12;
    // An item never reaches into the next hour.
    long firstMs = (NOW - 9 * DAY) / HOUR * HOUR;
    for (int i = 0; i < hours; i++) {
      item(samples("t", "Cel", firstMs + i * HOUR, perHour));
    }
    var asked = new HashMap<>(range(NOW - 29 * DAY, NOW));
    asked.put("format", "ndjson");
    var parts = new int[1];

    var lines = whole(asked, parts).split("\n");

    assertThat(parts[0]).isGreaterThan(3);
    assertThat(lines).hasSize(hours * 3600);
    for (int i = 0; i < lines.length; i++) {
      var row = JsonObject.parse(lines[i]);
      long atMs = firstMs + i * 1000L;
      assertThat(row.text("time")).isEqualTo(Instant.ofEpochMilli(atMs).toString());
      assertThat(new BigDecimal(row.members().get("value").toString()))
          .isEqualByComparingTo(String.valueOf(perHour[i % 3600]));
    }
  }

  @Test
  void theHeadOfACsvComesOnce() throws IOException {
    item(samples("t", "Cel", NOW - HOUR, 1));
    var parts = new int[1];

    var file = whole(range(NOW - 29 * DAY, NOW), parts);

    assertThat(parts[0]).isGreaterThan(1);
    assertThat(file.lines()).hasSize(2);
  }

  @Test
  void oneSensorAndMinutesAlone() throws IOException {
    item(samples("t", "Cel", NOW - HOUR, 1, 2, 6), samples("p", "bar", NOW - HOUR, 4));
    var asked = new HashMap<>(range(NOW - HOUR + 1500, NOW));
    asked.put("sensor", "t");
    asked.put("resolution", "minute");

    assertThat(get(asked).body().lines())
        .containsExactly(
            "time,device,sensor,unit,min,mean,max", "2025-11-25T02:40:00Z,gw,t,Cel,1,3,6");
  }

  /// A range to the end of days has no more parts than one to tomorrow.
  @Test
  void whereNoReadingCanBeThereAreNoParts() throws IOException {
    item(samples("t", "Cel", NOW - HOUR, 1));
    var parts = new int[1];

    assertThat(whole(range(NOW - HOUR, 999_999_999_999_999L), parts).lines()).hasSize(2);
    assertThat(parts[0]).isOne();
  }

  @Test
  void whatCannotBeExportedIsSaid() throws IOException {
    var wrong =
        Map.of(
            "resolution", "second",
            "format", "xml",
            "cursor", "abc",
            "fromMs", String.valueOf(NOW - 31 * DAY),
            "toMs", String.valueOf(NOW - 2 * DAY));
    for (var one : wrong.entrySet()) {
      var asked = new HashMap<>(range(NOW - DAY, NOW));
      asked.put(one.getKey(), one.getValue());
      var answer = Invocation.api(function, ROUTE, Map.of("device", "gw"), asked, "[viewer]", null);

      assertThat(answer.status()).as(one.getKey()).isEqualTo(400);
      assertThat(answer.body().text("detail")).contains("expected");
    }
  }
}
