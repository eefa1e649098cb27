// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.util.HashMap;
import java.util.Map;

/// Turns counts that only grow into what came since the last report. Used by one thread at a time.
///
/// Source: AWS IoT developer guide, "AWS IoT metrics and dimensions". Assumed: the values of
/// `ActionType` are those that an error action is shown as `failedAction`.
public final class RuleMetrics {
  private final Sink sink;
  private final Map<RuleCounts.Metric, Long> reported = new HashMap<>();

  /// Where metrics are kept.
  @FunctionalInterface
  public interface Sink {
    void add(String name, Map<String, String> dimensions, long count);
  }

  public RuleMetrics(Sink sink) {
    this.sink = sink;
  }

  void report(Map<RuleCounts.Metric, Long> counts) {
    counts.forEach((metric, count) -> {
      long before = reported.getOrDefault(metric, 0L);
      if (count > before) {
        sink.add(metric.name(), metric.dimensions(), count - before);
        reported.put(metric, count);
      }
    });
  }
}
