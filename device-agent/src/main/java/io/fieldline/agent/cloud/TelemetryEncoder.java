// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.BatchEncoder;
import io.fieldline.agent.spool.BatchId;
import io.fieldline.agent.spool.Sample;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Readings of one device to the columnar JSON of the contract: per sensor its rows of
/// (milliseconds after the row before, value), the first after `t0`.
public final class TelemetryEncoder implements BatchEncoder {
  private static final String LANE = "telemetry";

  @Override
  public byte[] encode(BatchId id, List<Sample> samples) {
    long t0 = samples.stream().mapToLong(Sample::atMs).min().orElse(0);
    Map<String, Object> batch = new LinkedHashMap<>();
    batch.put("v", 1);
    batch.put("device", id.device());
    batch.put("lane", LANE);
    batch.put("epoch", id.epoch());
    batch.put("firstSeq", id.firstSeq());
    batch.put("t0", t0);
    batch.put("sensors", sensors(samples, t0));
    return JsonText.write(batch).getBytes(StandardCharsets.UTF_8);
  }

  /// The latest values, a message a device; such a message is not stored and has no number.
  List<byte[]> live(List<Sample> latest) {
    Map<String, List<Sample>> byDevice = new LinkedHashMap<>();
    for (Sample sample : latest) {
      byDevice.computeIfAbsent(sample.device(), _ -> new ArrayList<>()).add(sample);
    }
    List<byte[]> messages = new ArrayList<>();
    byDevice.forEach((device, samples) -> messages.add(encode(new BatchId(device, 0, 0), samples)));
    return messages;
  }

  private static List<Object> sensors(List<Sample> samples, long t0) {
    Map<SensorUnit, List<Sample>> bySensor = new LinkedHashMap<>();
    for (Sample sample : samples) {
      var key = new SensorUnit(sample.sensor(), sample.unit());
      bySensor.computeIfAbsent(key, _ -> new ArrayList<>()).add(sample);
    }
    List<Object> sensors = new ArrayList<>();
    bySensor.forEach((key, of) -> sensors.add(sensor(key, of, t0)));
    return sensors;
  }

  private record SensorUnit(String sensor, String unit) {}

  private static Map<String, Object> sensor(SensorUnit key, List<Sample> samples, long t0) {
    List<Sample> byTime = new ArrayList<>(samples);
    byTime.sort(Comparator.comparingLong(Sample::atMs));
    List<Object> rows = new ArrayList<>();
    long before = t0;
    for (Sample sample : byTime) {
      rows.add(List.of(sample.atMs() - before, sample.value()));
      before = sample.atMs();
    }
    Map<String, Object> sensor = new LinkedHashMap<>();
    sensor.put("name", key.sensor());
    if (!key.unit().isEmpty()) {
      sensor.put("unit", key.unit());
    }
    sensor.put("rows", rows);
    return sensor;
  }
}
