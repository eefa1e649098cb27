// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.Topics;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.constructs.Construct;

/// What people ask for: the function that answers, and by the queue gives a command to many to them
/// part by part, and tells agents of alarm rules.
final class Commands {
  /// How many parts are given at the same time: however many devices are commanded, the table and
  /// AWS IoT are not asked for more at once.
  private static final int PARTS_AT_ONCE = 4;

  private final LiveFunction function;

  Commands(Construct scope, Deployment deployment, Data data, CommandQueue commands) {
    var queue = commands.queue();
    var retentionDays = String.valueOf(deployment.config().commandRetentionDays());
    this.function =
        new LiveFunction(
            scope,
            PipelineFunction.COMMAND,
            deployment,
            FunctionProps.of(
                Map.of(
                    "FLEET_TABLE",
                    data.fleet().getRef(),
                    "COMMAND_QUEUE_URL",
                    queue.getQueueUrl(),
                    "COMMAND_RETENTION_DAYS",
                    retentionDays,
                    "AUDIT_RETENTION_DAYS",
                    retentionDays),
                List.of(
                    Queues.taking(queue),
                    Allow.on(queue.getQueueArn(), "sqs:SendMessage"),
                    Allow.on(
                        data.fleet().getAttrArn(),
                        "dynamodb:GetItem",
                        "dynamodb:BatchGetItem",
                        "dynamodb:Query",
                        "dynamodb:BatchWriteItem",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem"),
                    Allow.on(
                        List.of(
                            Deployment.arn(scope, "iot", "thing/*/commands"),
                            Deployment.arn(scope, "iot", "thing/*/live")),
                        "iot:UpdateThingShadow"),
                    Allow.on(
                        Deployment.arn(scope, "iot", "thing/*/" + Topics.ALARMS_SHADOW),
                        "iot:GetThingShadow",
                        "iot:UpdateThingShadow"))));
    new Queues(scope, deployment.names())
        .feed("CommandMapping", queue, function)
        .batchSize(1)
        .scalingConfig(
            CfnEventSourceMapping.ScalingConfigProperty.builder()
                .maximumConcurrency(PARTS_AT_ONCE)
                .build())
        .build();
  }

  LiveFunction function() {
    return function;
  }
}
