// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.rollup.RollupHandler;
import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.ItemSize;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.lambdas.telemetry.TelemetryHandler;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/// What devices cost, counted from their telemetry and held against the tables.
@ExtendWith(SharedStack.class)
final class CostsRouteTest {
  /// The request comes at 03:40 of 2025-11-25.
  private static final long NOW = 1_764_042_000_000L;

  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;

  private final Cloud cloud;
  private final TelemetryHandler telemetry;
  private final RollupHandler rollup;
  private final QueryHandler function;
  private long seq;

  CostsRouteTest(Cloud cloud) {
    this.cloud = cloud;
    this.telemetry = Functions.telemetry(cloud, NOW);
    this.rollup = new RollupHandler(Functions.environment(cloud), cloud.tables());
    this.function = function(Map.of("BUFFER", "sqs"));
  }

  private QueryHandler function(Map<String, String> delivery) {
    var variables = new HashMap<>(delivery);
    variables.putAll(
        Map.of(
            "TELEMETRY_TABLE",
            cloud.telemetryTable(),
            "FLEET_TABLE",
            cloud.fleetTable(),
            "RAW_RETENTION_DAYS",
            "30",
            "AUDIT_RETENTION_DAYS",
            "90",
            "PRICES",
            "READ_ON=2026-09-20,RULE=1,ACTION=10,QUEUE_REQUEST=100,WRITE_UNIT=1000,"
                + "TABLE_GIGABYTE=1E9,RECOVERY_GIGABYTE=0,DELIVERY_GIGABYTE=1E9"));
    return new QueryHandler(new Environment(variables), cloud.tables(), cloud.shadows());
  }

  private void says(String device, long fromMs, int sensors) throws IOException {
    var readings = new ArrayList<Reading>();
    for (int sensor = 0; sensor < sensors; sensor++) {
      readings.add(new Reading(device, "sensor-" + sensor, "Cel", fromMs, sensor + 0.5));
      readings.add(new Reading(device, "sensor-" + sensor, "Cel", fromMs + 1000, sensor * 1.25));
    }
    var batch = TelemetryBatch.of(new TelemetryBatch.Identity(1, 0, seq), readings);
    seq += readings.size();
    var body =
        "{\"batch\":%s,\"thing\":\"%s\",\"receivedMs\":%d}"
            .formatted(new String(MessageCodec.encode(batch), UTF_8), device, NOW);
    var event = Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body)));
    assertThat(Invocation.of(telemetry, event)).isEqualTo("{\"batchItemFailures\":[]}");
  }

  private void rollUp() throws IOException {
    var records = new ArrayList<Object>();
    for (var body : cloud.toldToRollup()) {
      records.add(Invocation.sqsRecord("r" + records.size(), NOW, body));
    }
    assertThat(Invocation.of(rollup, Map.of("Records", records)))
        .isEqualTo("{\"batchItemFailures\":[]}");
  }

  private Invocation.Answer get(Map<String, String> query) throws IOException {
    return get(function, query);
  }

  private static Invocation.Answer get(QueryHandler function, Map<String, String> query)
      throws IOException {
    return Invocation.api(function, "GET /costs", Map.of(), query, "[viewer]", null);
  }

  private List<Map<String, AttributeValue>> raw(String device) {
    return cloud.items(cloud.telemetryTable()).stream()
        .filter(item -> item.get("pk").s().startsWith("D#" + device + "#"))
        .toList();
  }

  /// What the table itself takes a put for.
  private long units(Map<String, AttributeValue> item) {
    return Math.round(
        cloud
            .tables()
            .putItem(put ->
                put.tableName(cloud.telemetryTable())
                    .item(item)
                    .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
            .consumedCapacity()
            .capacityUnits());
  }

  private static Map<String, Double> quantities(JsonObject cost) throws IOException {
    var quantities = new HashMap<String, Double>();
    for (var line : cost.objects("lines")) {
      quantities.put(
          line.text("what"), Double.valueOf(String.valueOf(line.members().get("quantity"))));
    }
    return quantities;
  }

  @Test
  void isWhatTheTablesSay() throws IOException {
    says("gw", NOW - DAY, 60);
    says("gw", NOW - DAY + HOUR, 3);
    says("gw", NOW - 2 * HOUR, 3);
    // The hour that goes on is not merged yet; another month is another bill.
    says("gw", NOW - 1000, 3);
    says("gw", NOW - 28 * DAY, 3);
    cloud
        .tables()
        .putItem(put ->
            put.tableName(cloud.fleetTable())
                .item(FleetKeys.device("quiet").with(Map.of("thing", Attributes.text("quiet")))));
    rollUp();

    var body = get(Map.of("month", "2025-11")).body();
    assertThat(body.text("month")).isEqualTo("2025-11");
    assertThat(body.text("pricesReadOn")).isEqualTo("2026-09-20");
    var cost = body.objects("costs").getFirst();
    var counted = raw("gw").stream().filter(item -> isOfTheBill(item)).toList();
    assertThat(counted).hasSize(3);
    long bytes = counted.stream().mapToLong(ItemSize::bytes).sum();
    long units = counted.stream().mapToLong(this::units).sum();
    var latest =
        cloud.items(cloud.telemetryTable()).stream()
            .filter(item -> item.get("pk").s().equals("L#gw"))
            .findFirst()
            .orElseThrow();

    assertThat(units).as("one takes more than a unit").isGreaterThan(3);
    assertThat(cost.whole("days")).isEqualTo(2);
    assertThat(cost.whole("messages")).isEqualTo(3);
    assertThat(cost.whole("readings")).isEqualTo(120 + 6 + 6);
    assertThat(cost.whole("keptBytes")).isEqualTo(bytes);
    assertThat(quantities(cost))
        .containsEntry("rules triggered", 3.0)
        .containsEntry("write units of raw items", (double) units)
        .containsEntry("write units of newest values", 3.0 * units(latest));
    double usd = 3 * 111 + 1000.0 * (units + 3 * units(latest)) + bytes;
    assertThat(Double.parseDouble(String.valueOf(cost.members().get("usd"))))
        .isCloseTo(usd, within(1e-6));
    assertThat(body.objects("costs").getLast().members())
        .as("nothing was counted")
        .containsOnlyKeys("device", "days");
  }

  private static boolean isOfTheBill(Map<String, AttributeValue> item) {
    long fromMs =
        TelemetryKeys.startMs(Map.of("sk", Attributes.text(item.get("sk").s().substring(0, 15))));
    return fromMs > NOW - 25 * DAY && fromMs < NOW - 1000;
  }

  /// However often an hour is merged.
  @Test
  void whatIsMergedAgainIsCountedOnce() throws IOException {
    says("gw", NOW - 5 * HOUR, 2);
    says("gw", NOW - 4 * HOUR, 2);
    says("gw", NOW - HOUR, 2);
    rollUp();
    var before = get(Map.of()).body().members();

    says("gw", NOW - 5 * HOUR + 60_000, 2);
    rollUp();
    var after = get(Map.of()).body().objects("costs").getFirst();

    assertThat(after.whole("messages")).isEqualTo(3);
    assertThat(before.toString()).contains("messages=2");
  }

  /// Of a stage with a stream and an archive.
  @Test
  void whatIsNotUsedIsNotPaidForAndWhatIsUsedIs() throws IOException {
    says("gw", NOW - 2 * HOUR, 2);
    says("gw", NOW - 1000, 2);
    rollUp();

    var stage = function(Map.of("BUFFER", "kinesis", "ARCHIVE_RETENTION_DAYS", "400"));
    var cost = get(stage, Map.of()).body().objects("costs").getFirst();

    assertThat(quantities(cost))
        .containsEntry("rules triggered", 1.0)
        .containsEntry("actions of rules", 1.0)
        .containsEntry("actions of rules: archive", 1.0)
        .containsEntry("GB taken into the archive", 5120 / 1e9)
        .doesNotContainKey("messages sent to the ingest queue");
    assertThat(
            quantities(get(Map.of()).body().objects("costs").getFirst()).keySet().stream()
                .filter(what -> what.contains("archive") || what.contains("queue")))
        .containsExactly("messages sent to the ingest queue");
  }

  /// An hour that a version merged which counted nothing: its day is not shown as if it were whole.
  @Test
  void aDayOfWhichNotAllWasCountedIsNotInTheBill() throws IOException {
    says("gw", NOW - DAY, 2);
    says("gw", NOW - DAY + HOUR, 2);
    says("gw", NOW - 2 * HOUR, 2);
    says("gw", NOW - 1000, 2);
    rollUp();
    assertThat(cost().whole("days")).isEqualTo(2);

    var hour = new HashMap<>(item(TelemetryKeys.hour("gw", HourParts.hourOf(NOW - DAY))));
    List.of(TelemetryKeys.ITEMS, TelemetryKeys.BYTES, TelemetryKeys.WRITE_UNITS)
        .forEach(hour::remove);
    cloud.tables().putItem(put -> put.tableName(cloud.telemetryTable()).item(hour));
    says("gw", NOW - DAY + HOUR + 60_000, 2);
    rollUp();
    assertThat(cost().whole("days")).isEqualTo(1);
    assertThat(cost().whole("messages")).isEqualTo(1);

    // Until that hour is merged again, too.
    says("gw", NOW - DAY + 60_000, 2);
    rollUp();
    assertThat(cost().whole("days")).isEqualTo(2);
    assertThat(cost().whole("messages")).isEqualTo(5);
  }

  private JsonObject cost() throws IOException {
    return get(Map.of()).body().objects("costs").getFirst();
  }

  private Map<String, AttributeValue> item(Key key) {
    return cloud
        .tables()
        .getItem(get -> get.tableName(cloud.telemetryTable()).key(key.attributes()))
        .item();
  }

  @Test
  void aMonthThatIsNoneIsRefused() throws IOException {
    var answer = get(Map.of("month", "11/2025"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail"))
        .isEqualTo("month: expected a year and a month as 2026-11, got '11/2025'");
  }

  @Test
  void comesInParts() throws IOException {
    for (var device : List.of("a", "b", "c")) {
      says(device, NOW - 1000, 1);
    }

    var first = get(Map.of("limit", "2")).body();
    var second = get(Map.of("limit", "2", "cursor", first.text("cursor"))).body();

    assertThat(first.objects("costs"))
        .extracting(one -> one.text("device"))
        .containsExactly("a", "b");
    assertThat(second.objects("costs")).extracting(one -> one.text("device")).containsExactly("c");
    assertThat(second.has("cursor")).isFalse();
  }
}
