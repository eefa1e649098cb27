// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.MetricSink;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The metrics of queues: what was sent, received and deleted, and what is there.
///
/// Source: Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS". Assumed: a
/// queue that was empty twice reports nothing more, where SQS goes on for six hours; sizes are not
/// counted.
final class QueueMetrics {
  private static final String NAMESPACE = "AWS/SQS";

  private final Queues queues;
  private final MetricSink metrics;
  private final InstantSource clock;

  /// The queues that had something when they were looked at last.
  private final Set<String> filled = new HashSet<>();

  QueueMetrics(Queues queues, MetricSink metrics, InstantSource clock) {
    this.queues = queues;
    this.metrics = metrics;
    this.clock = clock;
  }

  void sent(QueueRecord queue) {
    count(queue, "NumberOfMessagesSent", 1);
  }

  void received(QueueRecord queue, int messages) {
    count(queue, "NumberOfMessagesReceived", messages);
    count(queue, "NumberOfEmptyReceives", messages == 0 ? 1 : 0);
  }

  void deleted(QueueRecord queue) {
    count(queue, "NumberOfMessagesDeleted", 1);
  }

  private void count(QueueRecord queue, String name, int count) {
    for (int i = 0; i < count; i++) {
      metrics.add(NAMESPACE, name, of(queue), "Count", 1);
    }
  }

  synchronized void measure() {
    Instant now = clock.instant();
    for (QueueRecord queue : queues.all()) {
      var there = queues.live(queue).counts(queue.seconds("MessageRetentionPeriod"));
      boolean empty = there.visible() + there.inFlight() + there.delayed() == 0;
      if (empty && !filled.remove(queue.key())) {
        continue;
      }
      if (!empty) {
        filled.add(queue.key());
      }
      gauge(queue, "ApproximateNumberOfMessagesVisible", "Count", there.visible());
      gauge(queue, "ApproximateNumberOfMessagesNotVisible", "Count", there.inFlight());
      gauge(queue, "ApproximateNumberOfMessagesDelayed", "Count", there.delayed());
      gauge(
          queue,
          "ApproximateAgeOfOldestMessage",
          "Seconds",
          queues
              .live(queue)
              .oldest()
              .map(at -> now.getEpochSecond() - at.getEpochSecond())
              .orElse(0L));
    }
  }

  private void gauge(QueueRecord queue, String name, String unit, long value) {
    metrics.add(NAMESPACE, name, of(queue), unit, value);
  }

  private static Map<String, String> of(QueueRecord queue) {
    return Map.of("QueueName", queue.name());
  }
}
