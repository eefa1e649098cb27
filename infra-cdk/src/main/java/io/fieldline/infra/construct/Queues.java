// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/// Queues as the pipeline has them, and how functions take what is in them.
final class Queues {
  private final Construct scope;
  private final Names names;

  Queues(Construct scope, Names names) {
    this.scope = scope;
    this.names = names;
  }

  Queue.Builder queue(String id, String name) {
    return Queue.Builder.create(scope, id)
        .queueName(names.of(name))
        .encryption(QueueEncryption.SQS_MANAGED)
        .enforceSsl(true)
        .retentionPeriod(Duration.days(14));
  }

  /// A queue whose messages a function takes.
  ///
  /// Source: AWS Lambda Developer Guide, Amazon SQS event sources: a visibility timeout of six
  /// times the function's, and at least five tries.
  Queue.Builder taken(String id, String name, PipelineFunction function, Queue deadLetters) {
    return queue(id, name)
        .visibilityTimeout(Duration.seconds(6 * function.timeoutSeconds()))
        .deadLetterQueue(DeadLetterQueue.builder().queue(deadLetters).maxReceiveCount(5).build());
  }

  /// What a function needs to be fed from a queue.
  static PolicyStatement taking(Queue queue) {
    return Allow.on(
        queue.getQueueArn(), "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes");
  }

  /// Ten messages at a time, at once.
  CfnEventSourceMapping.Builder feed(String id, Queue queue, LiveFunction function) {
    return CfnEventSourceMapping.Builder.create(scope, id)
        .eventSourceArn(queue.getQueueArn())
        .functionName(function.arn())
        .batchSize(10)
        .maximumBatchingWindowInSeconds(0)
        .functionResponseTypes(List.of("ReportBatchItemFailures"));
  }
}
