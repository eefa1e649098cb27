// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/// Invokes a function every minute. A run that could not be started ends in the dead letters.
final class EveryMinute extends Construct {

  EveryMinute(Construct scope, String id, String name, LiveFunction function, IQueue deadLetters) {
    super(scope, id);
    var role =
        Role.Builder.create(this, "Role")
            .assumedBy(scheduler(this))
            .inlinePolicies(
                Map.of(
                    "grants",
                    PolicyDocument.Builder.create()
                        .statements(
                            List.of(
                                Allow.on(function.arn(), "lambda:InvokeFunction"),
                                Allow.on(deadLetters.getQueueArn(), "sqs:SendMessage")))
                        .build()))
            .build();
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

  /// EventBridge Scheduler for schedules of this account.
  static PrincipalWithConditions scheduler(Construct scope) {
    return new PrincipalWithConditions(
        ServicePrincipal.Builder.create("scheduler.amazonaws.com").build(),
        Map.of("StringEquals", Map.of("aws:SourceAccount", Stack.of(scope).getAccount())));
  }
}
