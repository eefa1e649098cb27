// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A batch cut at full hours, so that whoever looks for a time needs to look only at items that
/// begin in the same hour. Most batches have one part. The same batch always has the same parts.
public final class HourParts {
  private static final long HOUR_MS = 3_600_000L;

  private HourParts() {}

  /// Readings of one hour.
  ///
  /// @param fromMs time of the earliest
  /// @param columns one per sensor and unit
  public record Part(long fromMs, List<Samples> columns) {}

  /// The full hour before a time.
  public static long hourOf(long atMs) {
    return Math.floorDiv(atMs, HOUR_MS) * HOUR_MS;
  }

  /// The parts, earliest first.
  public static List<Part> of(TelemetryBatch batch) {
    SortedMap<Long, List<Reading>> byHour = new TreeMap<>();
    for (var reading : batch.readings()) {
      byHour.computeIfAbsent(hourOf(reading.atMs()), hour -> new ArrayList<>()).add(reading);
    }
    return byHour.values().stream().map(HourParts::part).toList();
  }

  private static Part part(List<Reading> readings) {
    record Name(String sensor, String unit) {}
    var byName = new LinkedHashMap<Name, List<Reading>>();
    for (var reading : readings) {
      byName
          .computeIfAbsent(new Name(reading.sensor(), reading.unit()), name -> new ArrayList<>())
          .add(reading);
    }
    var columns = new ArrayList<Samples>();
    byName.forEach((name, list) ->
        columns.add(
            new Samples(
                name.sensor,
                name.unit,
                list.stream().mapToLong(Reading::atMs).toArray(),
                list.stream().mapToDouble(Reading::value).toArray())));
    return new Part(readings.stream().mapToLong(Reading::atMs).min().orElseThrow(), columns);
  }
}
