// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.localstack.api.AwsFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Turns counts that only grow into what came since the last report. Used by one thread at a time.
///
/// Source: AWS IoT developer guide, "AWS IoT metrics and dimensions". Assumed: the values of
/// `ActionType` are those that an error action is shown as `failedAction`.
public final class RuleMetrics {
  private static final System.Logger LOG = System.getLogger(RuleMetrics.class.getName());

  private final Sink sink;
  private final Map<RuleCounts.Metric, Long> reported = new HashMap<>();
  private final Set<RuleCounts.Metric> refused = new HashSet<>();

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
      if (count > before && !refused.contains(metric)) {
        add(metric, count - before);
        reported.put(metric, count);
      }
    });
  }

  /// A metric for which there is no room is told once, and leaves the others alone.
  private void add(RuleCounts.Metric metric, long count) {
    try {
      sink.add(metric.name(), metric.dimensions(), count);
    } catch (AwsFailure noRoom) {
      refused.add(metric);
      LOG.log(System.Logger.Level.WARNING, "metric not kept: {0}", noRoom.message());
    }
  }
}
