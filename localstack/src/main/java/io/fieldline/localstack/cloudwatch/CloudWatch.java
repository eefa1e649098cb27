// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.Map;

/// The service as a whole: its nouns, wired.
///
/// Alarms are not evaluated: an alarm stays in `INSUFFICIENT_DATA` until SetAlarmState sets its
/// state, and then stays in that one; its actions are not carried out. Metrics are real, and can be
/// read back by their statistics. What is not registered here (composite alarms, anomaly detectors,
/// insight rules, metric streams, alarm history) is refused by name.
public final class CloudWatch {
  private final Alarms alarms;
  private final Dashboards dashboards;
  private final Metrics metrics;

  public CloudWatch(Store store, StackInfo stack, InstantSource clock) {
    this.alarms = new Alarms(store, stack, clock);
    this.dashboards = new Dashboards(store, stack, clock);
    this.metrics = new Metrics(new MetricStore(store, clock), clock);
  }

  public void register(Api api) {
    alarms.register(api);
    dashboards.register(api);
    metrics.register(api);
  }

  /// Keeps what one of the stack's own services has counted just now.
  public void count(String namespace, String name, Map<String, String> dimensions, long count) {
    metrics.count(namespace, name, dimensions, count);
  }
}
