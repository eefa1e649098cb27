// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What became of a rule's messages since the stack started. Safe to read from any thread.
public final class RuleCounts {
  private final Map<Metric, LongAdder> byAction = new ConcurrentHashMap<>();
  private final LongAdder matched = new LongAdder();
  private final LongAdder fired = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder errorActionFailed = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /// Messages whose topic was meant.
  public long matched() {
    return matched.sum();
  }

  /// Messages for which WHERE held.
  public long fired() {
    return fired.sum();
  }

  /// Messages of which the statement or an action failed.
  public long failed() {
    return failed.sum();
  }

  /// Failures whose error action failed too, or that had none.
  public long errorActionFailed() {
    return errorActionFailed.sum();
  }

  /// Messages that a full queue did not take.
  public long refused() {
    return refused.sum();
  }

  /// The counts under the names of AWS's metrics.
  ///
  /// Source: AWS IoT developer guide, "AWS IoT metrics and dimensions".
  Map<Metric, Long> asMetrics(String rule) {
    Map<Metric, Long> all = new LinkedHashMap<>();
    all.put(Metric.of("TopicMatch", rule), matched());
    all.put(Metric.of("RuleMessageThrottled", rule), refused());
    byAction.forEach((metric, count) -> all.put(metric, count.sum()));
    return all;
  }

  /// One action's outcome; `errorAction` tells whether it ran because another failed.
  void ran(String rule, String action, boolean errorAction, boolean succeeded) {
    var name = (errorAction ? "ErrorAction" : "") + (succeeded ? "Success" : "Failure");
    var metric = new Metric(name, Map.of("RuleName", rule, "ActionType", action));
    byAction.computeIfAbsent(metric, _ -> new LongAdder()).increment();
  }

  void match() {
    matched.increment();
  }

  void fire() {
    fired.increment();
  }

  void fail() {
    failed.increment();
  }

  void lose() {
    errorActionFailed.increment();
  }

  void refuse() {
    refused.increment();
  }

  /// A metric of the namespace AWS/IoT.
  record Metric(String name, Map<String, String> dimensions) {
    static Metric of(String name, String rule) {
      return new Metric(name, Map.of("RuleName", rule));
    }
  }
}
