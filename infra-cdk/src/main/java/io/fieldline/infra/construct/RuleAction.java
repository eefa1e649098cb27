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

/// An action of a topic rule, with what it takes.
///
/// @param grant what the rule's role must be allowed for it
/// @param made the action, given the role's ARN
record RuleAction(PolicyStatement grant, Function<String, ActionProperty> made) {
  static RuleAction queue(IQueue queue) {
    return new RuleAction(
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
  static RuleAction stream(CfnStream stream, String partitionKey) {
    return new RuleAction(
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
  static RuleAction lines(CfnDeliveryStream stream) {
    return new RuleAction(
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
