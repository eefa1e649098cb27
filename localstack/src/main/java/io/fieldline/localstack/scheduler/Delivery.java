// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/// One firing of a schedule: called as its role, tried again by its retry policy, and in the end a
/// dead letter.
///
/// Source: EventBridge Scheduler User Guide, "Configuring a dead-letter queue"; EventBridge User
/// Guide, "Event retry policy and using dead-letter queues": what fails for want of a permission or
/// of the target is not tried again. Assumed: the pauses, 1 s doubled up to a minute.
final class Delivery {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Api api;
  private final StackInfo stack;
  private final StackClock clock;
  private final Timers timers;
  private final Schedule schedule;
  private final String executionId = UUID.randomUUID().toString();
  private final Instant due;
  private final Step way;
  private int retries;

  Delivery(
      Api api,
      StackInfo stack,
      StackClock clock,
      Timers timers,
      Ways ways,
      Schedule schedule,
      Instant due) {
    this.api = api;
    this.stack = stack;
    this.clock = clock;
    this.timers = timers;
    this.schedule = schedule;
    this.due = due;
    this.way =
        ways.begin(
            new Ways.Origin(
                Ways.Beginning.SCHEDULE, schedule.name(), "", "scheduler.amazonaws.com"));
  }

  void begin() {
    way.carry(this::attempt).run();
  }

  private void attempt() {
    try {
      Caller role = asRole();
      if (schedule.targetArn().contains(":sqs:")) {
        var message =
            SendMessageRequest.builder()
                .queueUrl(queueUrl(schedule.targetArn()))
                .messageBody(input())
                .messageGroupId(schedule.messageGroup())
                .build();
        api.call(role, message, SendMessageResponse.class);
      } else {
        var invocation =
            InvokeRequest.builder()
                .functionName(schedule.targetArn())
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String(input()))
                .build();
        api.call(role, invocation, InvokeResponse.class);
      }
    } catch (AwsFailure e) {
      LOG.log(System.Logger.Level.WARNING, "schedule " + schedule.name() + ": " + e.message());
      failed(e);
    }
  }

  /// Source: EventBridge Scheduler User Guide, "Adding context attributes".
  private String input() {
    return schedule
        .input()
        .replace("<aws.scheduler.schedule-arn>", arn())
        .replace("<aws.scheduler.scheduled-time>", due.truncatedTo(ChronoUnit.SECONDS).toString())
        .replace("<aws.scheduler.execution-id>", executionId)
        .replace("<aws.scheduler.attempt-number>", String.valueOf(retries + 1));
  }

  private String arn() {
    return stack.arn("scheduler", "schedule/" + schedule.groupName() + "/" + schedule.name());
  }

  private String queueUrl(String arn) {
    return stack.endpoint().get()
        + "/"
        + stack.accountId()
        + "/"
        + arn.substring(arn.lastIndexOf(':') + 1);
  }

  private void failed(AwsFailure failure) {
    if (failure.status() < 500 && failure.status() != 429) {
      giveUp(failure, "");
    } else if (retries >= schedule.maxRetries()) {
      giveUp(failure, "MaximumRetryAttempts");
    } else if (due.plusSeconds(schedule.maxAgeSeconds()).isBefore(clock.instant())) {
      giveUp(failure, "MaximumEventAgeInSeconds");
    } else {
      Duration pause = Duration.ofSeconds(1L << Math.min(retries, 6));
      retries++;
      timers.at(
          clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE),
          this::begin);
    }
  }

  private void giveUp(AwsFailure failure, String exhausted) {
    String queueArn = schedule.deadLetterArn();
    if (queueArn == null) {
      return;
    }
    var letter =
        SendMessageRequest.builder()
            .queueUrl(queueUrl(queueArn))
            .messageBody(input())
            .messageAttributes(attributes(failure, exhausted))
            .build();
    try {
      api.call(asRole(), letter, SendMessageResponse.class);
    } catch (AwsFailure e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "schedule " + schedule.name() + ", dead letter lost: " + e.message());
    }
  }

  private Map<String, MessageAttributeValue> attributes(AwsFailure failure, String exhausted) {
    var attributes = new java.util.HashMap<String, MessageAttributeValue>();
    attributes.put("ERROR_CODE", text(failure.code()));
    attributes.put("ERROR_MESSAGE", text(failure.message()));
    attributes.put("EXECUTION_ID", text(executionId));
    attributes.put("RETRY_ATTEMPTS", text(String.valueOf(retries)));
    attributes.put("IS_PAYLOAD_TRUNCATED", text("false"));
    attributes.put("SCHEDULED_TIME", text(due.toString()));
    attributes.put("SCHEDULE_ARN", text(arn()));
    attributes.put("TARGET_ARN", text(schedule.targetArn()));
    if (!exhausted.isEmpty()) {
      attributes.put("EXHAUSTED_RETRY_CONDITION", text(exhausted));
    }
    return attributes;
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private Caller asRole() {
    var service =
        new Caller(
            new Principal.Service("scheduler.amazonaws.com"),
            stack.accountId(),
            stack.region(),
            UUID.randomUUID().toString(),
            Map.of(
                "aws:SourceAccount",
                stack.accountId(),
                "aws:SourceArn",
                stack.arn("scheduler", "schedule-group/" + schedule.groupName())));
    api.call(
        service,
        AssumeRoleRequest.builder()
            .roleArn(schedule.roleArn())
            .roleSessionName("scheduler")
            .build(),
        AssumeRoleResponse.class);
    String role = schedule.roleArn().substring(schedule.roleArn().lastIndexOf('/') + 1);
    return service.as(new Principal.RoleSession(stack.accountId(), role, "scheduler"), Map.of());
  }
}
