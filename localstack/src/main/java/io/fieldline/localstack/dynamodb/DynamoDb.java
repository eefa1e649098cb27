// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/// DynamoDB: tables, items, expressions, queries, transactions, expiry. Thread-safe.
public final class DynamoDb {
  /// Assumed: AWS says only "within a few days"; a stack that people watch does it sooner.
  private static final Duration SWEEP = Duration.ofSeconds(30);

  /// Source: DynamoDB developer guide, "Using time to live (TTL)": older than five years is kept.
  private static final Duration TOO_OLD = Duration.ofDays(5 * 365);

  private final Tables tables;
  private final InstantSource clock;
  private final Supplier<String> ids;
  private final Consumed consumed;

  public DynamoDb(
      Store store,
      StackInfo stack,
      InstantSource clock,
      Timers timers,
      Supplier<String> ids,
      MetricSink metrics) {
    this.tables = new Tables(store, stack);
    this.clock = clock;
    this.ids = ids;
    this.consumed = new Consumed(metrics);
    timers.every(SWEEP, this::expire);
  }

  public void register(Api api) {
    var permissions = new Permissions(tables);
    new TableOperations(tables, clock, ids).register(api);
    new TableSettings(tables).register(api);
    new Items(tables, permissions, consumed).register(api);
    new Queries(tables, permissions, consumed).register(api);
    new Batches(tables, permissions, consumed).register(api);
    new Transactions(tables, permissions, consumed).register(api);
  }

  private void expire() {
    long now = clock.instant().getEpochSecond();
    long oldest = Math.max(0, now - TOO_OLD.toSeconds());
    int removed =
        tables.locked(() ->
            tables.names().stream()
                .map(tables::table)
                .filter(t -> t.record.ttlAttribute() != null)
                .mapToInt(t -> t.expire(oldest, now))
                .sum());
    if (removed > 0) {
      tables.commit();
    }
  }
}
