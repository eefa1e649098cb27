// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes series of raw items and rollups: every reading as long as there are few, else minimum,
/// mean and maximum of each step. Items whose readings of a sensor fall into one step are not
/// inflated.
public final class SeriesBuilder {
  private final SeriesRange range;
  private final long stepMs;
  private final Map<SensorName, Column> columns = new TreeMap<>();

  /// A builder for a range.
  public SeriesBuilder(SeriesRange range) {
    this(range, 1);
  }

  /// A builder for a range of which rollups are added.
  ///
  /// @param leastStepMs the longest step of such a rollup
  public SeriesBuilder(SeriesRange range, long leastStepMs) {
    this.range = range;
    this.stepMs = Math.max(range.stepMs(), leastStepMs);
  }

  /// Adds the readings of an item that are in the range.
  public void add(byte[] packed) {
    List<Samples> unpacked = List.of();
    int index = 0;
    for (var head : PackedCodec.heads(packed)) {
      var aggregate = head.aggregate();
      if (aggregate.lastMs() >= range.fromMs() && aggregate.firstMs() <= range.toMs()) {
        var column =
            columns.computeIfAbsent(
                new SensorName(head.sensor(), head.unit()), name -> new Column());
        if (column.readings == null && inOneStep(aggregate)) {
          column.merge(aggregate.firstMs(), aggregate);
        } else {
          unpacked = unpacked.isEmpty() ? PackedCodec.unpack(packed) : unpacked;
          column.add(unpacked.get(index));
        }
      }
      index++;
    }
  }

  /// Adds the steps of a rollup that are in the range or reach into it.
  public void addRollup(byte[] packed) {
    var rollup = RollupCodec.unpack(packed);
    for (var buckets : rollup.sensors()) {
      var column =
          columns.computeIfAbsent(
              new SensorName(buckets.sensor(), buckets.unit()), name -> new Column());
      buckets
          .byStart()
          .forEach((startMs, aggregate) -> {
            if (startMs + rollup.stepMs() > range.fromMs() && startMs <= range.toMs()) {
              column.readings = null;
              column.merge(startMs, aggregate);
            }
          });
    }
  }

  /// Whether nothing was added that is in the range.
  public boolean isEmpty() {
    return columns.values().stream().allMatch(column -> column.steps.isEmpty());
  }

  private boolean inOneStep(Aggregate aggregate) {
    return range.holds(aggregate.firstMs())
        && range.holds(aggregate.lastMs())
        && aggregate.firstMs() / stepMs == aggregate.lastMs() / stepMs;
  }

  /// The series, by sensor.
  public List<Series> build() {
    var all = new ArrayList<Series>();
    columns.forEach((name, column) -> {
      if (!column.steps.isEmpty()) {
        all.add(column.series(name));
      }
    });
    return all;
  }

  /// The series, by sensor, of steps alone: however few readings there are.
  public List<Series> buildSteps() {
    columns.values().forEach(column -> column.readings = null);
    return build();
  }

  private record Reading(long atMs, double value) {}

  private final class Column {
    private final TreeMap<Long, Aggregate> steps = new TreeMap<>();
    // Null once there are too many.
    private @org.jspecify.annotations.Nullable List<Reading> readings = new ArrayList<>();

    void add(Samples samples) {
      for (int i = 0; i < samples.atMs().length; i++) {
        long atMs = samples.atMs()[i];
        if (range.holds(atMs)) {
          double value = samples.values()[i];
          merge(atMs, Aggregate.of(atMs, value));
          keep(new Reading(atMs, value));
        }
      }
    }

    void merge(long atMs, Aggregate aggregate) {
      steps.merge(atMs / stepMs, aggregate, Aggregate::plus);
    }

    private void keep(Reading reading) {
      if (readings == null) {
        return;
      }
      readings.add(reading);
      if (readings.size() > range.maxPoints()) {
        readings = null;
      }
    }

    Series series(SensorName name) {
      return readings != null ? exact(name, readings) : merged(name);
    }

    private Series exact(SensorName name, List<Reading> all) {
      var sorted = all.stream().sorted(java.util.Comparator.comparingLong(Reading::atMs)).toList();
      return new Series(
          name.sensor(),
          name.unit(),
          0,
          sorted.stream().mapToLong(Reading::atMs).toArray(),
          sorted.stream().mapToDouble(Reading::value).toArray(),
          new double[0],
          new double[0]);
    }

    private Series merged(SensorName name) {
      return new Series(
          name.sensor(),
          name.unit(),
          stepMs,
          steps.keySet().stream()
              .mapToLong(step -> Math.max(step * stepMs, range.fromMs()))
              .toArray(),
          steps.values().stream().mapToDouble(Aggregate::mean).toArray(),
          steps.values().stream().mapToDouble(Aggregate::min).toArray(),
          steps.values().stream().mapToDouble(Aggregate::max).toArray());
    }
  }
}
