// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.function.Function;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iot.CfnTopicRule.ActionProperty;
import software.amazon.awscdk.services.iot.CfnTopicRule.FirehoseActionProperty;
import software.amazon.awscdk.services.iot.CfnTopicRule.KinesisActionProperty;
import software.amazon.awscdk.services.iot.CfnTopicRule.SqsActionProperty;
import software.amazon.awscdk.services.kinesis.CfnStream;
import software.amazon.awscdk.services.kinesisfirehose.CfnDeliveryStream;
import software.amazon.awscdk.services.sqs.IQueue;

/// Where the action of a topic rule puts messages.
///
/// @param grant what the rule's role must be allowed for it
/// @param action the action, given the role's ARN
record RuleTarget(PolicyStatement grant, Function<String, ActionProperty> action) {
  static RuleTarget queue(IQueue queue) {
    return new RuleTarget(
        Allow.on(queue.getQueueArn(), "sqs:SendMessage"),
        role ->
            ActionProperty.builder()
                .sqs(
                    SqsActionProperty.builder()
                        .queueUrl(queue.getQueueUrl())
                        .useBase64(false)
                        .roleArn(role)
                        .build())
                .build());
  }

  /// @param partitionKey records of the same one stay in order
  static RuleTarget stream(CfnStream stream, String partitionKey) {
    return new RuleTarget(
        Allow.on(stream.getAttrArn(), "kinesis:PutRecord"),
        role ->
            ActionProperty.builder()
                .kinesis(
                    KinesisActionProperty.builder()
                        .streamName(stream.getRef())
                        .partitionKey(partitionKey)
                        .roleArn(role)
                        .build())
                .build());
  }

  /// A message a line.
  static RuleTarget lines(CfnDeliveryStream stream) {
    return new RuleTarget(
        Allow.on(stream.getAttrArn(), "firehose:PutRecord"),
        role ->
            ActionProperty.builder()
                .firehose(
                    FirehoseActionProperty.builder()
                        .deliveryStreamName(stream.getRef())
                        .separator("\n")
                        .roleArn(role)
                        .build())
                .build());
  }
}
