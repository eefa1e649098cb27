// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.budgets.CfnBudget;
import software.amazon.awscdk.services.cloudwatch.CfnDashboard;
import software.constructs.Construct;

/// What an operator looks at, and what calls one: a dashboard, an alarm wherever a message could be
/// stuck, and, where the stage's configuration names somebody, a topic and a budget.
public final class Ops extends Construct {
  private final Deployment deployment;

  /// The operation of one stage.
  public Ops(
      Construct scope, String id, Deployment deployment, Ingest ingest, Fleet fleet, Api api) {
    super(scope, id);
    this.deployment = deployment;
    List<String> alarmActions =
        deployment.config().alarmEmail().stream()
            .map(email -> new AlarmTopic(this, "AlarmTopic", deployment.names(), email).arn())
            .toList();
    new OpsAlarms(this, deployment.names(), alarmActions).of(ingest, fleet, api);
    var functions = new ArrayList<>(ingest.functions());
    functions.addAll(fleet.functions());
    functions.addAll(api.functions());
    CfnDashboard.Builder.create(this, "Dashboard")
        .dashboardName(deployment.names().of("pipeline"))
        .dashboardBody(new DashboardBody(Stack.of(this).getRegion()).of(ingest, api, functions))
        .build();
    budget();
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
