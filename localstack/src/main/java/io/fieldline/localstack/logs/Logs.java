// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;

/// CloudWatch Logs: its groups, their streams and events.
public final class Logs {
  private final LogGroups groups;
  private final LogStreams streams;
  private final LogEvents events;

  public Logs(Store store, InstantSource clock, MetricSink metrics) {
    var kept = new KeptEvents(store);
    streams = new LogStreams(store, kept, clock);
    groups = new LogGroups(store, streams, clock);
    events = new LogEvents(groups, streams, kept, clock, new EmbeddedMetrics(metrics));
  }

  public void register(Api api) {
    groups.register(api);
    streams.register(api, groups);
    events.register(api);
  }
}
