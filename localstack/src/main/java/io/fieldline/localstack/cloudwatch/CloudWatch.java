// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The service as a whole: its nouns, wired.
///
/// What is not registered here (composite alarms, anomaly detectors, insight rules, metric streams,
/// alarm history) is refused by name.
public final class CloudWatch {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Store store;
  private final StackInfo stack;
  private final StackClock clock;
  private final MetricStore kept;
  private final Metrics metrics;
  private final GatheredMetrics gathered;

  public CloudWatch(Store store, StackInfo stack, StackClock clock) {
    this.store = store;
    this.stack = stack;
    this.clock = clock;
    this.kept = new MetricStore(store, clock);
    this.metrics = new Metrics(kept, clock);
    this.gathered = new GatheredMetrics(kept, clock);
  }

  public void register(Api api, Timers timers) {
    var alarms = new Alarms(store, stack, clock, new AlarmActions(api, stack));
    alarms.register(api);
    new Dashboards(store, stack, clock).register(api);
    metrics.register(api);
    var watch = new AlarmWatch(alarms, kept, clock);
    var oneAtATime = new ReentrantLock();
    timers.every(
        PERIOD,
        () -> {
          if (oneAtATime.tryLock()) {
            try {
              Instant now = clock.instant();
              gathered.flush();
              watch.upTo(now);
            } finally {
              oneAtATime.unlock();
            }
          }
        });
  }

  /// Keeps what one of the stack's own services has counted just now.
  public void count(String namespace, String name, Map<String, String> dimensions, long count) {
    metrics.count(namespace, name, dimensions, count);
  }

  /// Where the stack's own services leave what they measure.
  public MetricSink sink() {
    return gathered;
  }
}
