// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.lambda.EventSource.Poller;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Several that take from one queue side by side, each with a batch of its own.
///
/// Source: Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings":
/// Lambda begins with five.
record QueuePollers(List<Poller> pollers) implements Poller {

  static Poller of(int count, Supplier<Poller> one) {
    return count == 1 ? one.get() : new QueuePollers(Stream.generate(one).limit(count).toList());
  }

  /// All at once, since each lets its function finish.
  @Override
  public void close() {
    var closing = pollers.stream().map(poller -> Thread.ofVirtual().start(poller::close)).toList();
    for (Thread each : closing) {
      try {
        each.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
