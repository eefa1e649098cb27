// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/// Makes a rollup of raw items or of finer rollups, in any order. The same readings give the same
/// rollup.
public final class RollupBuilder {
  private final long stepMs;
  private final long fromMs;
  private final long toMs;
  private final Map<SensorName, TreeMap<Long, Aggregate>> columns = new TreeMap<>();

  /// A builder of what lies from one time, included, to another, excluded.
  public RollupBuilder(long stepMs, long fromMs, long toMs) {
    this.stepMs = stepMs;
    this.fromMs = fromMs;
    this.toMs = toMs;
  }

  /// Adds the readings of a raw item.
  public void addRaw(byte[] packed) {
    for (var samples : PackedCodec.unpack(packed)) {
      var name = new SensorName(samples.sensor(), samples.unit());
      for (int i = 0; i < samples.atMs().length; i++) {
        long atMs = samples.atMs()[i];
        add(name, atMs, Aggregate.of(atMs, samples.values()[i]));
      }
    }
  }

  /// Adds a rollup whose steps are as long or shorter, and fit.
  public void addRollup(byte[] packed) {
    for (var buckets : RollupCodec.unpack(packed).sensors()) {
      var name = new SensorName(buckets.sensor(), buckets.unit());
      buckets.byStart().forEach((startMs, aggregate) -> add(name, startMs, aggregate));
    }
  }

  private void add(SensorName name, long atMs, Aggregate aggregate) {
    if (atMs >= fromMs && atMs < toMs) {
      columns
          .computeIfAbsent(name, none -> new TreeMap<>())
          .merge(Math.floorDiv(atMs, stepMs) * stepMs, aggregate, Aggregate::plus);
    }
  }

  /// The rollup of all that was added.
  public Rollup build() {
    var sensors = new ArrayList<Buckets>();
    long readings = 0;
    for (var column : columns.entrySet()) {
      var name = column.getKey();
      sensors.add(new Buckets(name.sensor(), name.unit(), column.getValue()));
      for (var aggregate : column.getValue().values()) {
        readings += aggregate.count();
      }
    }
    return new Rollup(stepMs, readings, sensors);
  }
}
