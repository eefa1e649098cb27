// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import java.time.InstantSource;
import java.util.function.Supplier;

/// SQS: its queues, their messages and redrive.
public final class Sqs {
  private final Queues queues;
  private final QueueMetrics counts;
  private final Messages messages;
  private final MoveTasks moves;

  /// @param newId a fresh unique text, for message ids and receipts
  public Sqs(
      Store store,
      StackInfo stack,
      InstantSource clock,
      Supplier<String> newId,
      MetricSink metrics,
      Ways ways) {
    queues = new Queues(store, stack, clock);
    counts = new QueueMetrics(queues, metrics, clock);
    messages = new Messages(queues, clock, newId, counts, new MessageSteps(ways));
    moves = new MoveTasks(queues, clock, newId);
  }

  public void register(Api api) {
    queues.register(api);
    messages.register(api);
    moves.register(api);
  }

  /// Notes how many messages each queue has and how old the oldest is.
  public void measure() {
    counts.measure();
  }
}
