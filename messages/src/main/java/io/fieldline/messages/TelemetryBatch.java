// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Readings of one device as they travel, a column per sensor. Its identity is (device, epoch,
/// lane, firstSeq): who receives it twice stores it once.
///
/// @param device whose readings they are
/// @param epoch tells the sequence numbers of one spool from those of an earlier one
/// @param lane the agent's priority of these readings, from 0
/// @param firstSeq sequence number of the first reading
/// @param t0Ms epoch milliseconds from which the first row of every column counts
/// @param columns one per sensor and unit, never empty
public record TelemetryBatch(
    String device, long epoch, int lane, long firstSeq, long t0Ms, List<Column> columns) {
  /// Version of the format; a reader refuses a higher one.
  public static final int VERSION = 1;

  /// A payload stays in one metering unit of AWS IoT Core together with its topic.
  public static final int MAX_PAYLOAD_BYTES = 4608;

  /// Refuses what no agent can have meant.
  public TelemetryBatch {
    Checks.name("device", device);
    Checks.count("epoch", epoch);
    if (lane < 0 || lane > 9) {
      throw Checks.wrong("lane", "a whole number from 0 to 9", lane);
    }
    Checks.count("firstSeq", firstSeq);
    Checks.time("t0", t0Ms);
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw Checks.wrong("sensors", "at least one", columns);
    }
    for (var column : columns) {
      long atMs = t0Ms;
      for (var row : column.rows()) {
        atMs = Checks.time("time in sensor " + column.sensor(), atMs + row.deltaMs());
      }
    }
  }

  /// One sensor's values.
  ///
  /// @param sensor its name within the device
  /// @param unit as the sensor named it, empty if it named none
  /// @param rows in the order of their sequence numbers, never empty
  public record Column(String sensor, String unit, List<Row> rows) {
    /// Refuses an empty column.
    public Column {
      Checks.label("sensors/name", sensor);
      Checks.text("sensors/unit", unit, 64);
      rows = List.copyOf(rows);
      if (rows.isEmpty()) {
        throw Checks.wrong("sensors/rows", "at least one", rows);
      }
    }
  }

  /// One value.
  ///
  /// @param deltaMs milliseconds since the row before, since `t0` for the first; may be negative
  /// @param value the finite value
  public record Row(long deltaMs, double value) {
    // 400 years: far beyond any batch, and no sum of a batch's deltas can overflow.
    private static final long MAX_DELTA_MS = 12_622_780_800_000L;

    /// Refuses what is no number or no time.
    public Row {
      Checks.finite("sensors/rows/value", value);
      if (Math.abs(deltaMs) > MAX_DELTA_MS) {
        throw Checks.wrong("sensors/rows/delta", "at most 400 years of milliseconds", deltaMs);
      }
    }
  }

  /// What tells a batch from every other of its device.
  ///
  /// @param epoch as in the batch
  /// @param lane as in the batch
  /// @param firstSeq as in the batch
  public record Identity(long epoch, int lane, long firstSeq) {}

  /// The batch of these readings; the same arguments always give the same batch.
  ///
  /// @param readings of one device, in the order of their sequence numbers, never empty
  public static TelemetryBatch of(Identity identity, List<Reading> readings) {
    var device = readings.getFirst().device();
    long t0Ms = readings.stream().mapToLong(Reading::atMs).min().orElseThrow();
    record Key(String sensor, String unit) {}
    var bySensor = new LinkedHashMap<Key, List<Reading>>();
    for (var reading : readings) {
      if (!reading.device().equals(device)) {
        throw Checks.wrong("device of a reading", "'" + device + "' as before", reading.device());
      }
      bySensor
          .computeIfAbsent(new Key(reading.sensor(), reading.unit()), key -> new ArrayList<>())
          .add(reading);
    }
    var columns = new ArrayList<Column>();
    bySensor.forEach(
        (key, list) -> columns.add(new Column(key.sensor, key.unit, rows(t0Ms, list))));
    return new TelemetryBatch(
        device, identity.epoch, identity.lane, identity.firstSeq, t0Ms, columns);
  }

  private static List<Row> rows(long t0Ms, List<Reading> readings) {
    var rows = new ArrayList<Row>(readings.size());
    long before = t0Ms;
    for (var reading : readings) {
      rows.add(new Row(reading.atMs() - before, reading.value()));
      before = reading.atMs();
    }
    return rows;
  }

  /// All readings, column by column.
  public List<Reading> readings() {
    var readings = new ArrayList<Reading>();
    for (var column : columns) {
      long atMs = t0Ms;
      for (var row : column.rows()) {
        atMs += row.deltaMs();
        readings.add(new Reading(device, column.sensor(), column.unit(), atMs, row.value()));
      }
    }
    return readings;
  }
}
