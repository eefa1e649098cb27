// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/// What was measured, summed up by the minute: bounded by age and by the number of series.
///
/// A series is a metric of certain dimensions in one unit. Thread-safe.
final class MetricStore {
  static final Duration KEPT = Duration.ofDays(15);
  static final int MOST_SERIES = 1_000;

  private final MVMap<String, Series> series;
  private final MVMap<String, Point> points;
  private final InstantSource clock;

  record Series(
      String namespace, String name, Map<String, String> dimensions, String unit, Instant last) {
    Series {
      dimensions = new TreeMap<>(dimensions);
    }

    /// No part can hold a control character, so a line break tells them apart.
    String key() {
      String pairs =
          dimensions.entrySet().stream()
              .map(e -> e.getKey() + "\n" + e.getValue())
              .collect(Collectors.joining("\n"));
      return String.join("\n", namespace, name, unit, pairs) + "\n\n";
    }

    boolean isOf(String itsNamespace, String itsName, Map<String, String> itsDimensions) {
      return namespace.equals(itsNamespace)
          && name.equals(itsName)
          && dimensions.equals(itsDimensions);
    }
  }

  /// Values of a stretch of time.
  record Point(double sum, double minimum, double maximum, double count) {
    Point plus(Point other) {
      return new Point(
          sum + other.sum,
          Math.min(minimum, other.minimum),
          Math.max(maximum, other.maximum),
          count + other.count);
    }
  }

  MetricStore(Store store, InstantSource clock) {
    this.series = store.map("cloudwatch/series", Series.class);
    this.points = store.map("cloudwatch/points", Point.class);
    this.clock = clock;
  }

  synchronized void add(Series of, Instant at, Point point) {
    String key = of.key();
    Series known = series.get(key);
    if (known == null && series.size() >= MOST_SERIES) {
      forgetOld();
      if (series.size() >= MOST_SERIES) {
        throw new AwsFailure(
            "LimitExceededFault",
            400,
            "This local stack keeps at most "
                + MOST_SERIES
                + " metrics; there is no room for "
                + of.namespace()
                + " "
                + of.name()
                + " "
                + of.dimensions());
      }
    }
    Instant last = known == null || known.last().isBefore(at) ? at : known.last();
    series.put(key, new Series(of.namespace(), of.name(), of.dimensions(), of.unit(), last));
    points.merge(key + minute(at), point, Point::plus);
    forgetBefore(key, clock.instant().minus(KEPT));
  }

  private void forgetOld() {
    Instant oldest = clock.instant().minus(KEPT);
    for (Series s : List.copyOf(series.values())) {
      if (s.last().isBefore(oldest)) {
        forgetBefore(s.key(), clock.instant());
        series.remove(s.key());
      }
    }
  }

  private void forgetBefore(String key, Instant oldest) {
    String end = key + minute(oldest);
    for (String at = points.ceilingKey(key);
        at != null && at.startsWith(key) && at.compareTo(end) < 0;
        at = points.ceilingKey(key)) {
      points.remove(at);
    }
  }

  private static String minute(Instant at) {
    return "%010d".formatted(at.truncatedTo(ChronoUnit.MINUTES).getEpochSecond());
  }

  List<Series> all() {
    return List.copyOf(series.values());
  }

  /// The series of a metric, one for each unit in which it was measured.
  List<Series> find(
      String namespace, String name, Map<String, String> dimensions, @Nullable String unit) {
    return series.values().stream()
        .filter(s -> s.isOf(namespace, name, dimensions))
        .filter(s -> unit == null || unit.equals(s.unit()))
        .toList();
  }

  /// Sums up a series from {@code start} on, before {@code end}, in steps of a period; steps
  /// without a value are left out.
  NavigableMap<Instant, Point> read(Series of, Instant start, Instant end, int period) {
    String key = of.key();
    Instant first = start.truncatedTo(ChronoUnit.MINUTES);
    var found = new TreeMap<Instant, Point>();
    Iterator<String> keys = points.keyIterator(key + minute(first));
    while (keys.hasNext()) {
      String at = keys.next();
      if (!at.startsWith(key)) {
        break;
      }
      Instant when = Instant.ofEpochSecond(Long.parseLong(at.substring(key.length())));
      if (!when.isBefore(end)) {
        break;
      }
      Point point = points.get(at);
      if (point != null) {
        long step = Duration.between(first, when).toSeconds() / period;
        found.merge(first.plusSeconds(step * period), point, Point::plus);
      }
    }
    return found;
  }
}
