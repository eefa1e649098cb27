// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A message's time in a queue as a step of its way: from when it is sent until it is deleted. Its
/// `AWSTraceHeader` names that step.
final class MessageSteps {
  private final Ways ways;

  MessageSteps(Ways ways) {
    this.ways = ways;
  }

  /// Begins with the call that sends it.
  ///
  /// @return the header, null where the call is on no way
  @Nullable String sent(QueueRecord queue, String body) {
    Step call = Step.current();
    if (!call.isOnWay()) {
      return null;
    }
    Step step =
        call.begin(
            Step.Kind.MESSAGE, Step.Lane.QUEUE, "message in " + queue.name(), queue.arn(), "");
    step.asked(body.getBytes(StandardCharsets.UTF_8));
    return step.header();
  }

  void received(MessageRecord message) {
    tell(message, Step::waited);
  }

  void deleted(MessageRecord message) {
    tell(message, Step::done);
  }

  /// After it was received too often.
  void givenUp(MessageRecord message, String deadLetterArn) {
    String why = "received %d times, now in %s".formatted(message.receives(), deadLetterArn);
    tell(message, step -> step.failed(why));
  }

  /// A header of a sender's own names a step of his own, or none.
  private void tell(MessageRecord message, Consumer<Step> what) {
    String header = message.traceHeader();
    if (header != null) {
      ways.find(header).filter(step -> step.is(Step.Kind.MESSAGE)).ifPresent(what);
    }
  }
}
