// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.ArrayList;
import java.util.TreeMap;
import software.constructs.Construct;

/// Commands at a time or by the calendar: the function that keeps their schedules.
final class Schedules {
  private final LiveFunction function;

  Schedules(Construct scope, Deployment deployment, Data data, CommandQueue commands) {
    var environment = new TreeMap<>(commands.environment());
    environment.put("FLEET_TABLE", data.fleet().getRef());
    environment.put(
        "AUDIT_RETENTION_DAYS", String.valueOf(deployment.config().commandRetentionDays()));
    var grants = new ArrayList<>(commands.keeping(scope, "scheduler:CreateSchedule"));
    grants.add(
        Allow.on(
            data.fleet().getAttrArn(),
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem"));
    this.function =
        new LiveFunction(
            scope, PipelineFunction.SCHEDULE, deployment, FunctionProps.of(environment, grants));
  }

  LiveFunction function() {
    return function;
  }
}
