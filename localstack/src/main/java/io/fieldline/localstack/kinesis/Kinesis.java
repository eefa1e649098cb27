// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import java.time.Duration;
import java.time.InstantSource;

/// Kinesis Data Streams: the streams, and what is in them.
public final class Kinesis {
  /// How often streams that nobody writes to are freed of what is too old.
  private static final Duration TRIM_PERIOD = Duration.ofMinutes(10);

  private final Streams streams;
  private final Records records;

  public Kinesis(Store store, InstantSource clock, Timers timers, MetricSink metrics, Ways ways) {
    var log = new ShardLog(store, clock);
    streams = new Streams(store, clock, log);
    records = new Records(streams, log, clock, metrics, ways.carried());
    timers.every(TRIM_PERIOD, streams::trim);
  }

  public void register(Api api) {
    streams.register(api);
    new StreamTags(streams).register(api);
    records.register(api);
  }
}
