// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// The queue that tells whose agents are to know other alarm rules than before. It has nothing else
/// in it: a rule about many devices holds up no command, and commands to many no rule.
///
/// A schedule tells it of all devices, so that what nobody told, or what could not be done, is made
/// up for. It begins when it is made, with the first deployment that has it.
final class MirrorQueue extends Construct {
  /// A look at a shadow that is as it should be is a unit of AWS IoT and three of DynamoDB: more
  /// often would cost more than it is worth, since a mirror that is wrong only makes no haste.
  private static final String ALL_EVERY = "rate(6 hours)";

  private final Queue deadLetters;
  private final Queue queue;

  MirrorQueue(Construct scope, String id, Deployment deployment) {
    super(scope, id);
    var queues = new Queues(this, deployment.names());
    this.deadLetters = queues.queue("DeadLetters", "mirror-dead").build();
    this.queue = queues.taken("Queue", "mirror", PipelineFunction.COMMAND, deadLetters).build();
    CfnSchedule.Builder.create(this, "Schedule")
        .name(deployment.names().of("mirror"))
        .scheduleExpression(ALL_EVERY)
        .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder().mode("OFF").build())
        .target(
            CfnSchedule.TargetProperty.builder()
                .arn(queue.getQueueArn())
                .roleArn(role().getRoleArn())
                .input("{\"mirror\":{\"all\":true}}")
                .deadLetterConfig(
                    CfnSchedule.DeadLetterConfigProperty.builder()
                        .arn(deadLetters.getQueueArn())
                        .build())
                .build())
        .build();
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }

  private Role role() {
    return ServiceRole.of(
        this,
        "ScheduleRole",
        "scheduler",
        List.of(
            Allow.on(List.of(queue.getQueueArn(), deadLetters.getQueueArn()), "sqs:SendMessage")));
  }
}
