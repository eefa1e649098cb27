// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.cloudwatch.MetricStore.Point;
import io.fieldline.localstack.cloudwatch.MetricStore.Series;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What services have measured since the last flush, summed up, so that a call costs no write of
/// its own.
final class GatheredMetrics implements MetricSink {
  private static final System.Logger LOG = System.getLogger(GatheredMetrics.class.getName());

  private final MetricStore store;
  private final InstantSource clock;
  private final Set<Key> refused = new HashSet<>();
  private Map<Key, Map<Instant, Point>> gathered = new HashMap<>();

  private record Key(String namespace, String name, Map<String, String> dimensions, String unit) {}

  GatheredMetrics(MetricStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public synchronized void add(
      String namespace, String name, Map<String, String> dimensions, String unit, double value) {
    Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    gathered
        .computeIfAbsent(
            new Key(namespace, name, new TreeMap<>(dimensions), unit), _ -> new TreeMap<>())
        .merge(minute, new Point(value, value, value, 1), Point::plus);
  }

  private synchronized Map<Key, Map<Instant, Point>> taken() {
    var taken = gathered;
    gathered = new HashMap<>();
    return taken;
  }

  /// Keeps what was gathered. One thread at a time.
  void flush() {
    taken().forEach((key, points) -> points.forEach((minute, point) -> keep(key, minute, point)));
  }

  /// A metric for which there is no room is told once, and leaves the others alone.
  private void keep(Key key, Instant minute, Point point) {
    try {
      store.add(
          new Series(key.namespace(), key.name(), key.dimensions(), key.unit(), minute),
          minute,
          point);
    } catch (AwsFailure noRoom) {
      if (refused.add(key)) {
        LOG.log(System.Logger.Level.WARNING, "metric not kept: {0}", noRoom.message());
      }
    }
  }
}
