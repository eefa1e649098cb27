// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.rollup.RollupHandler;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.series.Rollup;
import io.fieldline.lambdas.series.RollupBuilder;
import io.fieldline.lambdas.series.RollupCodec;
import io.fieldline.lambdas.series.Samples;
import io.fieldline.lambdas.series.Series;
import io.fieldline.lambdas.series.SeriesPlan.Level;
import io.fieldline.lambdas.series.SeriesRange;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.lambdas.telemetry.TelemetryHandler;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/// Series that are read from rollups say what the readings say, whatever came late.
@ExtendWith(SharedStack.class)
final class RolledUpSeriesTest {
  /// A full hour.
  private static final long NOW = 1_764_039_600_000L;

  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private final Cloud cloud;
  private final TelemetryHandler telemetry;
  private final RollupHandler rollup;
  private final SeriesReader reader;
  private final TreeMap<Long, Double> readings = new TreeMap<>();
  private long seq;

  RolledUpSeriesTest(Cloud cloud) {
    this.cloud = cloud;
    this.telemetry = Functions.telemetry(cloud, NOW);
    this.rollup = new RollupHandler(Functions.environment(cloud), cloud.tables());
    this.reader = new SeriesReader(cloud.tables(), cloud.telemetryTable(), Duration.ofDays(30));
  }

  private String batch(long fromMs, int count, long stepMs) {
    var list = new ArrayList<Reading>();
    for (int i = 0; i < count; i++) {
      long atMs = fromMs + i * stepMs;
      double value = Math.round(200 + 50 * Math.sin(atMs / 1e7) + seq % 7) / 10.0;
      readings.put(atMs, value);
      list.add(new Reading("gw", "t", "Cel", atMs, value));
    }
    var batch = TelemetryBatch.of(new TelemetryBatch.Identity(1, 0, seq), list);
    seq += count;
    return "{\"batch\":%s,\"thing\":\"gw\",\"receivedMs\":%d}"
        .formatted(new String(MessageCodec.encode(batch), UTF_8), NOW);
  }

  private void deliver(List<String> bodies) throws IOException {
    for (var body : bodies) {
      var event = Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body)));
      assertThat(Invocation.of(telemetry, event)).isEqualTo("{\"batchItemFailures\":[]}");
    }
  }

  private int rollUp() throws IOException {
    var records = new ArrayList<Object>();
    for (var body : cloud.toldToRollup()) {
      records.add(Invocation.sqsRecord("r" + records.size(), NOW, body));
    }
    assertThat(Invocation.of(rollup, Map.of("Records", records)))
        .isEqualTo("{\"batchItemFailures\":[]}");
    return records.size();
  }

  /// What a series must say: the readings of each step.
  private void saysWhatTheReadingsSay(Series series, long fromMs, long toMs) {
    assertThat(series.stepMs()).isPositive();
    var steps = new TreeMap<Long, List<Double>>();
    readings
        .subMap(fromMs, true, toMs, true)
        .forEach((atMs, value) ->
            steps.computeIfAbsent(atMs / series.stepMs(), step -> new ArrayList<>()).add(value));
    assertThat(series.timesMs()).hasSize(steps.size());
    int i = 0;
    for (var step : steps.entrySet()) {
      var values = step.getValue();
      assertThat(series.timesMs()[i]).isEqualTo(Math.max(fromMs, step.getKey() * series.stepMs()));
      assertThat(series.mins()[i]).isEqualTo(Collections.min(values));
      assertThat(series.maxs()[i]).isEqualTo(Collections.max(values));
      double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      assertThat(series.values()[i]).isCloseTo(mean, within(1e-9));
      i++;
    }
  }

  private Series read(long fromMs, long toMs) {
    var all = reader.read("gw", new SeriesRange(fromMs, toMs, SeriesRange.MAX_POINTS), NOW);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void hoursAndDaysAreRightWhateverTheOrder() throws IOException {
    var bodies = new ArrayList<String>();
    for (long atMs = NOW - 4 * DAY; atMs <= NOW; atMs += 90 * MINUTE) {
      bodies.add(batch(atMs, 12, 11 * MINUTE));
    }
    Collections.shuffle(bodies, new Random(3));
    deliver(bodies.subList(0, 30));
    rollUp();
    deliver(bodies.subList(30, bodies.size()));
    rollUp();

    saysWhatTheReadingsSay(read(NOW - DAY, NOW + 3 * HOUR), NOW - DAY, NOW + 3 * HOUR);
    long days = NOW - 4 * DAY;
    saysWhatTheReadingsSay(read(days, NOW + 3 * HOUR), days, NOW + 3 * HOUR);
  }

  @Test
  void whatIsNotMergedYetIsReadAllTheSame() throws IOException {
    var bodies = new ArrayList<String>();
    for (long atMs = NOW - DAY; atMs < NOW; atMs += HOUR) {
      bodies.add(batch(atMs, 60, MINUTE));
    }
    deliver(bodies);

    assertThat(read(NOW - DAY, NOW).timesMs()).hasSize(1440);
    assertThat(read(NOW - 20 * DAY, NOW).timesMs()).hasSize(1440);
  }

  /// Also where an hour is open and has few readings.
  @Test
  void stepsAreWhatTheReadingsSayOfClosedAndOpenHours() throws IOException {
    var bodies = new ArrayList<String>();
    for (long atMs = NOW - 30 * HOUR; atMs <= NOW; atMs += HOUR) {
      bodies.add(batch(atMs, 7, 20_000));
    }
    deliver(bodies);
    rollUp();

    var minutes = new SeriesRange(NOW - 10 * HOUR, NOW + HOUR - 1, 11 * 60 + 1);
    saysWhatTheReadingsSay(
        reader.steps("gw", minutes, Level.HOUR).getFirst(), minutes.fromMs(), minutes.toMs());
    var hours = new SeriesRange(NOW - 30 * HOUR, NOW + HOUR - 1, 32);
    saysWhatTheReadingsSay(
        reader.steps("gw", hours, Level.DAY).getFirst(), hours.fromMs(), hours.toMs());
  }

  @Test
  void aGapInAMergedHourIsAGap() throws IOException {
    deliver(List.of(batch(NOW - 3 * DAY, 10, MINUTE), batch(NOW, 1, 1)));
    rollUp();
    var gap =
        new SeriesRange(
            NOW - 3 * DAY + 20 * MINUTE, NOW - 3 * DAY + 35 * MINUTE, SeriesRange.MAX_POINTS);

    assertThat(reader.read("gw", gap, NOW)).isEmpty();
    assertThat(reader.read("gw", gap, NOW + 31 * DAY)).hasSize(1);
  }

  @Test
  void aDeviceThatGoesOnTellsOfEachHourOnce() throws IOException {
    var bodies = new ArrayList<String>();
    for (long atMs = NOW - 6 * HOUR; atMs < NOW; atMs += 5 * MINUTE) {
      bodies.add(batch(atMs, 5, MINUTE));
    }
    deliver(bodies);

    assertThat(rollUp()).isEqualTo(5);
  }

  /// Fewer than before: what is left of an hour when its raw items begin to expire.
  @Test
  void anHourWithoutItsRawItemsStays() throws IOException {
    deliver(List.of(batch(NOW - 2 * HOUR, 30, MINUTE), batch(NOW, 1, 1)));
    rollUp();
    cloud
        .tables()
        .deleteItem(delete ->
            delete
                .tableName(cloud.telemetryTable())
                .key(
                    TelemetryKeys.raw("gw", NOW - 2 * HOUR, new TelemetryBatch.Identity(1, 0, 0))
                        .attributes()));
    deliver(List.of(batch(NOW - 2 * HOUR + 40 * MINUTE, 1, 1)));
    rollUp();
    readings.remove(NOW - 2 * HOUR + 40 * MINUTE);

    saysWhatTheReadingsSay(read(NOW - 3 * HOUR, NOW + 1), NOW - 3 * HOUR, NOW + 1);
  }

  /// Four sensors, a reading a minute.
  @Test
  void aMonthTakesThirtyReadUnitsAtMost() throws IOException {
    deliver(List.of(batch(NOW, 60, MINUTE)));
    for (long dayMs = NOW - NOW % DAY - 29 * DAY; dayMs < NOW - NOW % DAY; dayMs += DAY) {
      day(dayMs);
    }
    int queries = cloud.answered(QueryRequest.class).size();

    var month =
        reader.read(
            "gw",
            new SeriesRange(NOW - NOW % DAY - 29 * DAY, NOW + DAY, SeriesRange.MAX_POINTS),
            NOW);

    assertThat(month).hasSize(5);
    assertThat(month.getFirst().timesMs()).hasSize(29 * 24);
    double units = 0;
    var asked = cloud.answered(QueryRequest.class);
    for (var query : asked.subList(queries, asked.size())) {
      units +=
          cloud
              .tables()
              .query(query.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.TOTAL).build())
              .consumedCapacity()
              .capacityUnits();
    }
    var latest = cloud.answered(GetItemRequest.class).getLast();
    units +=
        cloud
            .tables()
            .getItem(
                latest.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.TOTAL).build())
            .consumedCapacity()
            .capacityUnits();
    assertThat(units).isPositive().isLessThanOrEqualTo(30);
  }

  private void day(long dayMs) {
    var builder = new RollupBuilder(Rollup.HOUR_MS, dayMs, dayMs + DAY);
    for (long hourMs = dayMs; hourMs < dayMs + DAY; hourMs += HOUR) {
      var columns = new ArrayList<Samples>();
      for (int sensor = 0; sensor < 4; sensor++) {
        var times = new long[60];
        var values = new double[60];
        for (int i = 0; i < 60; i++) {
          times[i] = hourMs + i * MINUTE;
          values[i] = Math.round(2000 + 500 * Math.sin(times[i] / 1e7 + sensor) + i % 7) / 100.0;
        }
        columns.add(new Samples("s" + sensor, "Cel", times, values));
      }
      builder.addRaw(PackedCodec.pack(columns));
    }
    cloud
        .tables()
        .putItem(put ->
            put.tableName(cloud.telemetryTable())
                .item(
                    TelemetryKeys.day("gw", dayMs)
                        .with(
                            Map.of(
                                TelemetryKeys.PACKED,
                                Attributes.bytes(RollupCodec.pack(builder.build()))))));
  }
}
