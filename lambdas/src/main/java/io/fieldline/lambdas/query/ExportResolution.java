// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.series.Rollup;
import io.fieldline.lambdas.series.Samples;
import io.fieldline.lambdas.series.Series;
import io.fieldline.lambdas.series.SeriesPlan.Level;
import io.fieldline.lambdas.series.SeriesRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the rows of an export are, and how a range of them is read: piece by piece, until the part
/// is full.
enum ExportResolution {
  /// Every reading.
  RAW(Level.RAW, 1, Rollup.HOUR_MS),
  /// Minutes, of the items of hours.
  MINUTE(Level.HOUR, Rollup.MINUTE_MS, 24 * Rollup.HOUR_MS),
  /// Hours, of the items of days.
  HOUR(Level.DAY, Rollup.HOUR_MS, 31 * 24 * Rollup.HOUR_MS);

  /// So that a part without rows does not take longer than a function may.
  private static final int MOST_PIECES = 48;

  private final Level level;
  private final long stepMs;
  private final long pieceMs;

  ExportResolution(Level level, long stepMs, long pieceMs) {
    this.level = level;
    this.stepMs = stepMs;
    this.pieceMs = pieceMs;
  }

  /// @param sensor one only
  /// @param fromMs epoch milliseconds, included
  /// @param endMs epoch milliseconds, excluded
  record Asked(String device, Optional<String> sensor, long fromMs, long endMs) {
    boolean isWanted(String name) {
      return sensor.isEmpty() || sensor.get().equals(name);
    }
  }

  /// What stands in a row behind the unit.
  List<String> fields() {
    return this == RAW ? List.of("value") : List.of("min", "mean", "max");
  }

  /// When the step of a time begins.
  long begin(long atMs) {
    return atMs / stepMs * stepMs;
  }

  /// When the step of a time ends, excluded.
  long end(long atMs) {
    return begin(atMs) + stepMs;
  }

  /// Adds the rows from the asked time on, as many as there is room for: rows of one time are not
  /// parted.
  ///
  /// @return where it goes on, if it does
  Optional<Long> read(SeriesReader reader, Asked asked, ExportRows rows) {
    long atMs = asked.fromMs();
    for (int piece = 0; piece < MOST_PIECES && atMs < asked.endMs(); piece++) {
      long endMs = Math.min(asked.endMs(), (atMs / pieceMs + 1) * pieceMs);
      long beforeMs = atMs;
      for (var row : rows(reader, asked, atMs, endMs)) {
        if (row.atMs() > beforeMs && rows.isFull()) {
          return Optional.of(row.atMs());
        }
        beforeMs = row.atMs();
        rows.add(row.atMs(), row.sensor(), row.unit(), row.values());
      }
      atMs = endMs;
    }
    return atMs < asked.endMs() ? Optional.of(atMs) : Optional.empty();
  }

  private List<Row> rows(SeriesReader reader, Asked asked, long fromMs, long endMs) {
    var rows = new ArrayList<Row>();
    if (this == RAW) {
      long hourMs = HourParts.hourOf(fromMs);
      for (var packed : reader.raw(asked.device(), hourMs, hourMs + Rollup.HOUR_MS)) {
        for (var samples : PackedCodec.unpack(packed)) {
          if (asked.isWanted(samples.sensor())) {
            readings(samples, fromMs, endMs, rows);
          }
        }
      }
    } else {
      int points = Math.toIntExact((endMs - fromMs) / stepMs + 1);
      var range = new SeriesRange(fromMs, endMs - 1, points);
      for (var series : reader.steps(asked.device(), range, level)) {
        if (asked.isWanted(series.sensor())) {
          steps(series, rows);
        }
      }
    }
    rows.sort(Comparator.comparingLong(Row::atMs).thenComparing(Row::sensor));
    return rows;
  }

  private static void readings(Samples samples, long fromMs, long endMs, List<Row> rows) {
    for (int i = 0; i < samples.atMs().length; i++) {
      long atMs = samples.atMs()[i];
      if (atMs >= fromMs && atMs < endMs) {
        rows.add(new Row(atMs, samples.sensor(), samples.unit(), List.of(samples.values()[i])));
      }
    }
  }

  private static void steps(Series series, List<Row> rows) {
    for (int i = 0; i < series.timesMs().length; i++) {
      var values = List.of(series.mins()[i], series.values()[i], series.maxs()[i]);
      rows.add(new Row(series.timesMs()[i], series.sensor(), series.unit(), values));
    }
  }

  private record Row(long atMs, String sensor, String unit, List<Double> values) {}
}
