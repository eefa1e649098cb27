// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import java.util.function.Consumer;

/// The service as a whole: its nouns, wired. Closing it ends every child JVM.
public final class Lambda implements AutoCloseable {
  private final Store store;
  private final StackInfo stack;
  private final StackClock clock;
  private final Timers timers;
  private final MetricSink metrics;
  private final Ways ways;
  private final int pollers;
  private Runnable stopPolling = () -> {};
  private Runnable stop = () -> {};

  /// @param pollers how many take from a queue for a function at once
  public Lambda(
      Store store,
      StackInfo stack,
      StackClock clock,
      Timers timers,
      MetricSink metrics,
      Ways ways,
      int pollers) {
    this.ways = ways;
    this.pollers = pollers;
    this.metrics = metrics;
    this.store = store;
    this.stack = stack;
    this.clock = clock;
    this.timers = timers;
  }

  public void register(Api api) {
    var records = new FunctionRecords(store, stack);
    var codes = new CodeStore(stack.data().resolve("lambda"), api);
    var caches = new AotCaches(stack.data().resolve("lambda").resolve("aot"), clock, timers);
    var roles = new FunctionRoles(api, stack);
    var tracing = new Tracing(api, roles, clock);
    var starter =
        new EnvironmentStarter(api, stack, codes, caches, roles, tracing.daemonAddress(), clock);
    var environments = new EnvironmentPool(starter::start, clock, timers, pollers);
    var permissions = new Permissions(store, records);
    permissions.register(api);
    new Aliases(records).register(api);
    var async = new AsyncInvocations(api, store, stack, clock, timers, records, roles, ways);
    async.register();
    Consumer<String> forget =
        name -> {
          permissions.forget(name);
          caches.forget(name);
          async.forget(name);
        };
    var shapes = new FunctionShapes(records);
    new Functions(records, codes, environments, clock, shapes, roles::check, forget).register(api);
    var invocations =
        new Invocations(records, permissions, environments, async, tracing, metrics, ways);
    invocations.register(api);
    async.start(invocations::run);
    var mappings =
        new EventSourceMappings(api, store, stack, clock, records, roles, invocations, pollers);
    mappings.register();
    stopPolling = mappings::close;
    stop =
        () -> {
          async.close();
          environments.close();
          caches.close();
          tracing.close();
        };
  }

  /// Takes no more from queues and streams: while everything still answers, so that functions can
  /// finish with what they have.
  public void stopPolling() {
    stopPolling.run();
  }

  @Override
  public void close() {
    stop.run();
  }
}
