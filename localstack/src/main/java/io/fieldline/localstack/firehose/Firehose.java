// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;

/// Data Firehose: its delivery streams and what waits in them. Closing it ends deliveries; what was
/// not delivered is kept.
public final class Firehose implements AutoCloseable {
  private final Store store;
  private final StackClock clock;
  private final Timers timers;
  private Runnable stop = () -> {};

  public Firehose(Store store, StackClock clock, Timers timers) {
    this.store = store;
    this.clock = clock;
    this.timers = timers;
  }

  public void register(Api api) {
    var roles = new DeliveryRole(api);
    var waiting = new Waiting(store);
    var buffers = new Buffers(waiting, new ObjectDelivery(api, roles, waiting), clock, timers);
    var streams = new DeliveryStreams(store, clock, roles, buffers);
    streams.register(api);
    new DeliveryTags(streams).register(api);
    new Records(streams, buffers).register(api);
    stop = buffers::close;
  }

  @Override
  public void close() {
    stop.run();
  }
}
