// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.budgets.CfnBudget;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.CfnDashboard;
import software.amazon.awscdk.services.sns.CfnTopic;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// What an operator looks at, and what calls one: a dashboard, an alarm wherever a message could be
/// stuck, and, where the stage's configuration names somebody, a topic and a budget.
public final class Ops extends Construct {
  private final Deployment deployment;
  private final List<String> alarmActions;

  /// The operation of one stage.
  public Ops(Construct scope, String id, Deployment deployment, Ingest ingest, Api api) {
    super(scope, id);
    this.deployment = deployment;
    this.alarmActions = alarmTopic().map(List::of).orElse(List.of());
    // The queue is taken into the table at once: its depth would show nothing.
    queueAlarm("QuarantineAlarm", "NumberOfMessagesSent", ingest.quarantine())
        .alarmName(deployment.names().of("quarantine"))
        .alarmDescription("A rule or function could not use a message.")
        .statistic("Sum")
        .threshold(0)
        .evaluationPeriods(1)
        .build();
    depthAlarm(
        "QuarantineDeadAlarm",
        ingest.quarantineDeadLetters(),
        "A quarantined message could not be kept.");
    depthAlarm("IngestDeadAlarm", ingest.ingestDeadLetters(), "A telemetry batch failed for good.");
    depthAlarm("FunctionsDeadAlarm", ingest.deadLetters(), "An asynchronous invocation failed.");
    depthAlarm(
        "RollupDeadAlarm", ingest.rollups().deadLetters(), "An hour or a day could not be merged.");
    queueAlarm("IngestAgeAlarm", "ApproximateAgeOfOldestMessage", ingest.ingest())
        .alarmName(deployment.names().of("ingest-age"))
        .alarmDescription("Telemetry waits for more than a minute.")
        .threshold(60)
        .evaluationPeriods(3)
        .build();
    var functions = new ArrayList<>(ingest.functions());
    functions.addAll(api.functions());
    CfnDashboard.Builder.create(this, "Dashboard")
        .dashboardName(deployment.names().of("pipeline"))
        .dashboardBody(new DashboardBody(Stack.of(this).getRegion()).of(ingest, api, functions))
        .build();
    budget();
  }

  private Optional<String> alarmTopic() {
    return deployment
        .config()
        .alarmEmail()
        .map(email ->
            CfnTopic.Builder.create(this, "AlarmTopic")
                .topicName(deployment.names().of("alarms"))
                .subscription(
                    List.of(
                        CfnTopic.SubscriptionProperty.builder()
                            .protocol("email")
                            .endpoint(email)
                            .build()))
                .build()
                .getRef());
  }

  private void depthAlarm(String id, Queue queue, String description) {
    queueAlarm(id, "ApproximateNumberOfMessagesVisible", queue)
        .alarmName(
            deployment.names().of(id.replaceFirst("Alarm$", "").toLowerCase(java.util.Locale.ROOT)))
        .alarmDescription(description)
        .threshold(0)
        .evaluationPeriods(1)
        .build();
  }

  private CfnAlarm.Builder queueAlarm(String id, String metric, Queue queue) {
    return CfnAlarm.Builder.create(this, id)
        .namespace("AWS/SQS")
        .metricName(metric)
        .dimensions(
            List.of(
                CfnAlarm.DimensionProperty.builder()
                    .name("QueueName")
                    .value(queue.getQueueName())
                    .build()))
        .statistic("Maximum")
        .period(60)
        .comparisonOperator("GreaterThanThreshold")
        .treatMissingData("notBreaching")
        .alarmActions(alarmActions);
  }

  private void budget() {
    deployment
        .config()
        .monthlyBudgetUsd()
        .ifPresent(usd ->
            CfnBudget.Builder.create(this, "Budget")
                .budget(
                    CfnBudget.BudgetDataProperty.builder()
                        .budgetName(deployment.names().of("monthly"))
                        .budgetType("COST")
                        .timeUnit("MONTHLY")
                        .budgetLimit(
                            CfnBudget.SpendProperty.builder().amount(usd).unit("USD").build())
                        .build())
                .notificationsWithSubscribers(List.of(warnAt(80), warnAt(100)))
                .build());
  }

  private CfnBudget.NotificationWithSubscribersProperty warnAt(int percent) {
    return CfnBudget.NotificationWithSubscribersProperty.builder()
        .notification(
            CfnBudget.NotificationProperty.builder()
                .notificationType("ACTUAL")
                .comparisonOperator("GREATER_THAN")
                .threshold(percent)
                .thresholdType("PERCENTAGE")
                .build())
        .subscribers(
            List.of(
                CfnBudget.SubscriberProperty.builder()
                    .subscriptionType("EMAIL")
                    .address(deployment.config().alarmEmail().orElseThrow())
                    .build()))
        .build();
  }
}
