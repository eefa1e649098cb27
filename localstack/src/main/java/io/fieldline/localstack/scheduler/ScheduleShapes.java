// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.*;

/// The service's shapes to what is kept, and back.
final class ScheduleShapes {
  /// Source: EventBridge Scheduler API Reference, "RetryPolicy".
  private static final int MAX_RETRIES = 185;

  private static final int MAX_AGE_SECONDS = 86_400;

  private final StackInfo stack;

  ScheduleShapes(StackInfo stack) {
    this.stack = stack;
  }

  static void refuse(String parameter, @Nullable Object given) {
    if (given != null) {
      throw AwsFailure.validation(
          parameter + " is not supported by this local stack; it is given as " + given);
    }
  }

  static UpdateScheduleRequest asUpdate(CreateScheduleRequest r) {
    return UpdateScheduleRequest.builder()
        .name(r.name())
        .groupName(r.groupName())
        .scheduleExpression(r.scheduleExpression())
        .scheduleExpressionTimezone(r.scheduleExpressionTimezone())
        .startDate(r.startDate())
        .endDate(r.endDate())
        .description(r.description())
        .state(r.state())
        .flexibleTimeWindow(r.flexibleTimeWindow())
        .target(r.target())
        .actionAfterCompletion(r.actionAfterCompletion())
        .build();
  }

  Schedule kept(
      UpdateScheduleRequest r, @Nullable String clientToken, Instant createdAt, Instant now) {
    if (r.flexibleTimeWindow().mode() != FlexibleTimeWindowMode.OFF) {
      throw AwsFailure.validation("FlexibleTimeWindow must be OFF in this local stack");
    }
    Target target = r.target();
    checkTarget(target);
    var schedule =
        new Schedule(
            r.name(),
            r.groupName(),
            r.scheduleExpression(),
            zone(r.scheduleExpressionTimezone()),
            r.startDate(),
            r.endDate(),
            r.description(),
            r.state() != ScheduleState.DISABLED,
            r.actionAfterCompletion() == ActionAfterCompletion.DELETE,
            target.arn(),
            target.roleArn(),
            target.input() == null ? "{}" : target.input(),
            target.sqsParameters() == null ? null : target.sqsParameters().messageGroupId(),
            retries(target),
            age(target),
            target.deadLetterConfig() == null ? null : target.deadLetterConfig().arn(),
            clientToken,
            createdAt,
            now,
            null);
    checkTimes(schedule, now);
    return schedule;
  }

  /// Assumed: one that would be due once, in the past, is refused when it is made.
  private static void checkTimes(Schedule schedule, Instant now) {
    ScheduleExpression expression = ScheduleExpression.of(schedule.expression());
    Instant ends = schedule.endsAt();
    Instant starts = schedule.startsAt();
    if (starts != null && ends != null && !starts.isBefore(ends)) {
      throw AwsFailure.validation("The EndDate must come after the StartDate.");
    }
    if (expression instanceof ScheduleExpression.At
        && schedule.enabled()
        && schedule.next(now).isEmpty()) {
      throw AwsFailure.validation(
          "Invalid Schedule Expression "
              + schedule.expression()
              + ": expected a time that comes, it is "
              + now);
    }
  }

  private static @Nullable String zone(@Nullable String name) {
    if (name == null) {
      return null;
    }
    try {
      return ZoneId.of(name).getId();
    } catch (DateTimeException e) {
      throw AwsFailure.validation("Provided ScheduleExpressionTimezone is not valid: " + name);
    }
  }

  private static void checkTarget(Target target) {
    if (!target.arn().contains(":lambda:") && !target.arn().contains(":sqs:")) {
      throw AwsFailure.validation(
          "Only Lambda functions and SQS queues are targets in this local stack, not "
              + target.arn());
    }
    refuse("EcsParameters", target.ecsParameters());
    refuse("EventBridgeParameters", target.eventBridgeParameters());
    refuse("KinesisParameters", target.kinesisParameters());
    refuse("SageMakerPipelineParameters", target.sageMakerPipelineParameters());
  }

  private static int retries(Target target) {
    Integer set = target.retryPolicy() == null ? null : target.retryPolicy().maximumRetryAttempts();
    return set == null ? MAX_RETRIES : set;
  }

  private static int age(Target target) {
    Integer set =
        target.retryPolicy() == null ? null : target.retryPolicy().maximumEventAgeInSeconds();
    return set == null ? MAX_AGE_SECONDS : set;
  }

  private String arn(Schedule s) {
    return stack.arn("scheduler", "schedule/" + s.groupName() + "/" + s.name());
  }

  private static ScheduleState state(Schedule s) {
    return s.enabled() ? ScheduleState.ENABLED : ScheduleState.DISABLED;
  }

  ScheduleSummary summary(Schedule s) {
    return ScheduleSummary.builder()
        .arn(arn(s))
        .name(s.name())
        .groupName(s.groupName())
        .state(state(s))
        .creationDate(s.createdAt())
        .lastModificationDate(s.modifiedAt())
        .target(t -> t.arn(s.targetArn()))
        .build();
  }

  GetScheduleResponse shown(Schedule s) {
    return GetScheduleResponse.builder()
        .arn(arn(s))
        .name(s.name())
        .groupName(s.groupName())
        .scheduleExpression(s.expression())
        .scheduleExpressionTimezone(s.zone() == null ? "UTC" : s.zone())
        .startDate(s.startsAt())
        .endDate(s.endsAt())
        .description(s.description())
        .state(state(s))
        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
        .actionAfterCompletion(
            s.deletes() ? ActionAfterCompletion.DELETE : ActionAfterCompletion.NONE)
        .target(t ->
            t.arn(s.targetArn())
                .roleArn(s.roleArn())
                .input(s.input())
                .sqsParameters(
                    s.messageGroup() == null
                        ? null
                        : SqsParameters.builder().messageGroupId(s.messageGroup()).build())
                .retryPolicy(retry ->
                    retry
                        .maximumRetryAttempts(s.maxRetries())
                        .maximumEventAgeInSeconds(s.maxAgeSeconds()))
                .deadLetterConfig(
                    s.deadLetterArn() == null
                        ? null
                        : DeadLetterConfig.builder().arn(s.deadLetterArn()).build()))
        .creationDate(s.createdAt())
        .lastModificationDate(s.modifiedAt())
        .build();
  }
}
