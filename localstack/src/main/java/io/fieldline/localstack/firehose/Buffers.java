// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.Timers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A buffer for each delivery stream.
final class Buffers {
  private final Map<String, Buffer> buffers = new ConcurrentHashMap<>();
  private final Waiting waiting;
  private final ObjectDelivery delivery;
  private final StackClock clock;
  private final Timers timers;

  Buffers(Waiting waiting, ObjectDelivery delivery, StackClock clock, Timers timers) {
    this.waiting = waiting;
    this.delivery = delivery;
    this.clock = clock;
    this.timers = timers;
  }

  Buffer of(DeliveryStream stream) {
    return buffers.computeIfAbsent(
        stream.id(), _ -> new Buffer(stream, waiting, delivery, clock, timers));
  }

  void drop(DeliveryStream stream) {
    of(stream).drop();
    buffers.remove(stream.id());
  }

  void close() {
    buffers.values().forEach(Buffer::close);
  }
}
