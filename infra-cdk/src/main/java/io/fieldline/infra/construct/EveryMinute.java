// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/// Invokes a function every minute. A run that could not be started ends in the dead letters.
final class EveryMinute extends Construct {

  EveryMinute(Construct scope, String id, String name, LiveFunction function, IQueue deadLetters) {
    super(scope, id);
    var role =
        ServiceRole.of(
            this,
            "Role",
            "scheduler",
            List.of(
                Allow.on(function.arn(), "lambda:InvokeFunction"),
                Allow.on(deadLetters.getQueueArn(), "sqs:SendMessage")));
    CfnSchedule.Builder.create(this, "Schedule")
        .name(name)
        .scheduleExpression("rate(1 minute)")
        .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder().mode("OFF").build())
        .target(
            CfnSchedule.TargetProperty.builder()
                .arn(function.arn())
                .roleArn(role.getRoleArn())
                .retryPolicy(
                    CfnSchedule.RetryPolicyProperty.builder()
                        .maximumEventAgeInSeconds(60)
                        .maximumRetryAttempts(2)
                        .build())
                .deadLetterConfig(
                    CfnSchedule.DeadLetterConfigProperty.builder()
                        .arn(deadLetters.getQueueArn())
                        .build())
                .build())
        .build();
  }
}
