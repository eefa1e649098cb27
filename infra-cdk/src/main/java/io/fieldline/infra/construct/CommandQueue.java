// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.scheduler.CfnScheduleGroup;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// The queue of commands to many, the group of the schedules that people make, and the role as
/// which EventBridge Scheduler tells the queue when one is due.
final class CommandQueue {
  private final Deployment deployment;
  private final Queue deadLetters;
  private final Queue queue;
  private final CfnScheduleGroup group;
  private final Role role;

  CommandQueue(Construct scope, Deployment deployment) {
    this.deployment = deployment;
    var queues = new Queues(scope, deployment.names());
    this.deadLetters = queues.queue("CommandDeadLetters", "command-dead").build();
    this.queue = queues.taken("Commands", "command", PipelineFunction.COMMAND, deadLetters).build();
    this.group =
        CfnScheduleGroup.Builder.create(scope, "ScheduleGroup")
            .name(deployment.names().of("commands"))
            .build();
    this.role = role(scope);
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }

  /// What a function is told that keeps schedules.
  Map<String, String> environment() {
    return Map.of(
        "SCHEDULE_GROUP", group.getRef(),
        "SCHEDULE_QUEUE_ARN", queue.getQueueArn(),
        "SCHEDULE_ROLE_ARN", role.getRoleArn(),
        "SCHEDULE_DEAD_LETTER_ARN", deadLetters.getQueueArn());
  }

  /// What a function may do that keeps schedules.
  ///
  /// @param more what it may do beside changing and deleting them
  List<PolicyStatement> keeping(Construct scope, String... more) {
    var schedules =
        Deployment.arn(scope, "scheduler", "schedule/" + deployment.names().of("commands") + "/*");
    var pass = ServiceRole.passing(role, "scheduler");
    return List.of(
        Allow.on(
            schedules,
            Stream.concat(
                    Stream.of(
                        "scheduler:UpdateSchedule",
                        "scheduler:GetSchedule",
                        "scheduler:DeleteSchedule"),
                    Stream.of(more))
                .toArray(String[]::new)),
        pass);
  }

  /// Source: EventBridge Scheduler User Guide, "Confused deputy prevention": the source is the
  /// schedule's group.
  private Role role(Construct scope) {
    return ServiceRole.of(
        scope,
        "ScheduleRole",
        "scheduler",
        ServiceRole.onlyFor(group.getAttrArn()),
        List.of(
            Allow.on(List.of(queue.getQueueArn(), deadLetters.getQueueArn()), "sqs:SendMessage")));
  }
}
