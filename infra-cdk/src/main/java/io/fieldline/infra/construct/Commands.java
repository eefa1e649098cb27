// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.Topics;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// What people ask for: the function that answers, and by a queue each gives a command to many to
/// them part by part, and tells agents of alarm rules.
final class Commands {
  /// How many parts are given at the same time: however many devices are commanded, the table and
  /// AWS IoT are not asked for more at once.
  private static final int PARTS_AT_ONCE = 4;

  /// The least that Lambda takes: nobody waits for it.
  private static final int MIRRORS_AT_ONCE = 2;

  private final LiveFunction function;

  Commands(Construct scope, Deployment deployment, Data data, Fleet fleet) {
    var queue = fleet.commands().queue();
    var mirrors = fleet.mirrors().queue();
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
                    "MIRROR_QUEUE_URL",
                    mirrors.getQueueUrl(),
                    "COMMAND_RETENTION_DAYS",
                    retentionDays,
                    "AUDIT_RETENTION_DAYS",
                    retentionDays),
                List.of(
                    Queues.taking(queue),
                    Queues.taking(mirrors),
                    Allow.on(
                        List.of(queue.getQueueArn(), mirrors.getQueueArn()), "sqs:SendMessage"),
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
    var queues = new Queues(scope, deployment.names());
    feed(queues, "CommandMapping", queue, PARTS_AT_ONCE);
    feed(queues, "MirrorMapping", mirrors, MIRRORS_AT_ONCE);
  }

  private void feed(Queues queues, String id, Queue queue, int atOnce) {
    queues
        .feed(id, queue, function)
        .batchSize(1)
        .scalingConfig(
            CfnEventSourceMapping.ScalingConfigProperty.builder()
                .maximumConcurrency(atOnce)
                .build())
        .build();
  }

  LiveFunction function() {
    return function;
  }
}
