// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

/// Metrics asked for together, and what came of each: a value a minute, none where nothing was
/// measured.
final class Measured {
  static final int PERIOD_SECONDS = 60;

  /// Source: Amazon CloudWatch API Reference, GetMetricData: up to 500 metrics.
  private static final int MOST_QUERIES = 500;

  private final List<MetricDataQuery> queries = new ArrayList<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, NavigableMap<Instant, Double>> values = new HashMap<>();

  /// Asks for a metric.
  ///
  /// @param dimension its one dimension's name
  /// @param of the dimension's value
  void want(String namespace, String name, String dimension, String of, String statistic) {
    var id = "m" + queries.size();
    ids.put(key(name, of), id);
    queries.add(
        MetricDataQuery.builder()
            .id(id)
            .metricStat(
                MetricStat.builder()
                    .metric(
                        Metric.builder()
                            .namespace(namespace)
                            .metricName(name)
                            .dimensions(Dimension.builder().name(dimension).value(of).build())
                            .build())
                    .period(PERIOD_SECONDS)
                    .stat(statistic)
                    .build())
            .build());
  }

  /// Has CloudWatch answer.
  void read(CloudWatchClient metrics, Instant from, Instant to) {
    for (int at = 0; at < queries.size(); at += MOST_QUERIES) {
      var some = queries.subList(at, Math.min(queries.size(), at + MOST_QUERIES));
      var token = Optional.<String>empty();
      do {
        var next = token;
        var answer =
            metrics.getMetricData(get ->
                get.metricDataQueries(some)
                    .startTime(from)
                    .endTime(to)
                    .nextToken(next.orElse(null)));
        for (var result : answer.metricDataResults()) {
          var all = values.computeIfAbsent(result.id(), _ -> new TreeMap<>());
          for (int i = 0; i < result.values().size(); i++) {
            all.put(result.timestamps().get(i), result.values().get(i));
          }
        }
        token = Optional.ofNullable(answer.nextToken());
      } while (token.isPresent());
    }
  }

  private static String key(String name, String of) {
    return name + " " + of;
  }

  /// What was measured, by its minute.
  NavigableMap<Instant, Double> of(String name, String of) {
    return values.getOrDefault(ids.getOrDefault(key(name, of), ""), new TreeMap<>());
  }

  /// All of it together; empty if nothing was measured.
  OptionalDouble sum(String name, String of) {
    var all = of(name, of);
    return all.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(all.values().stream().mapToDouble(value -> value).sum());
  }

  /// The newest of it, if it is not older than that.
  OptionalDouble newest(String name, String of, Instant now, Duration notOlder) {
    var last = of(name, of).lastEntry();
    return last == null || last.getKey().isBefore(now.minus(notOlder))
        ? OptionalDouble.empty()
        : OptionalDouble.of(last.getValue());
  }
}
