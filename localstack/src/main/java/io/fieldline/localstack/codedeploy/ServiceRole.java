// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetProvisionedConcurrencyConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetProvisionedConcurrencyConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/// What CodeDeploy does as the role of a deployment group.
final class ServiceRole {
  /// Assumed: what AWS calls its session.
  private static final String SESSION = "codedeploy";

  private final Api api;
  private final StackInfo stack;

  ServiceRole(Api api, StackInfo stack) {
    this.api = api;
    this.stack = stack;
  }

  /// Fails unless CodeDeploy may become the role.
  void check(DeploymentGroup group) {
    try {
      assume(group);
    } catch (AwsFailure e) {
      throw CodeDeployFailures.of(
          "InvalidRoleException",
          "AWS CodeDeploy does not have the permissions required to assume the role %s."
              .formatted(group.roleArn()));
    }
  }

  private Caller assume(DeploymentGroup group) {
    var service =
        new Caller(
            new Principal.Service("codedeploy.amazonaws.com"),
            stack.accountId(),
            stack.region(),
            UUID.randomUUID().toString(),
            Map.of("aws:SourceAccount", stack.accountId()));
    api.call(
        service,
        AssumeRoleRequest.builder().roleArn(group.roleArn()).roleSessionName(SESSION).build(),
        AssumeRoleResponse.class);
    String role = group.roleArn().substring(group.roleArn().lastIndexOf('/') + 1);
    return service.as(new Principal.RoleSession(stack.accountId(), role, SESSION), Map.of());
  }

  /// The group's alarms that are on.
  List<String> alarmsOn(DeploymentGroup group) {
    if (group.alarms().isEmpty()) {
      return List.of();
    }
    return api
        .call(
            assume(group),
            DescribeAlarmsRequest.builder().alarmNames(group.alarms()).build(),
            DescribeAlarmsResponse.class)
        .metricAlarms()
        .stream()
        .filter(alarm -> alarm.stateValue() == StateValue.ALARM)
        .map(MetricAlarm::alarmName)
        .toList();
  }

  String versionOf(DeploymentGroup group, AppSpec spec) {
    return api.call(
            assume(group),
            GetAliasRequest.builder().functionName(spec.function()).name(spec.alias()).build(),
            GetAliasResponse.class)
        .functionVersion();
  }

  /// Where an alias has provisioned concurrency, CodeDeploy waits until the new version has it,
  /// too. None has any here, but AWS's own policies for this role let it ask.
  ///
  /// Source: AWS managed policy reference, AWSCodeDeployRoleForLambdaLimited.
  void checkProvisionedConcurrency(DeploymentGroup group, AppSpec spec) {
    try {
      api.call(
          assume(group),
          GetProvisionedConcurrencyConfigRequest.builder()
              .functionName(spec.function())
              .qualifier(spec.alias())
              .build(),
          GetProvisionedConcurrencyConfigResponse.class);
    } catch (AwsFailure none) {
      if (none.status() != 404) {
        throw none;
      }
    }
  }

  /// Gives the new version so much of the alias's traffic.
  void shift(DeploymentGroup group, AppSpec spec, int percent) {
    boolean whole = percent == 100;
    api.call(
        assume(group),
        UpdateAliasRequest.builder()
            .functionName(spec.function())
            .name(spec.alias())
            .functionVersion(whole ? spec.targetVersion() : spec.currentVersion())
            .routingConfig(r ->
                r.additionalVersionWeights(
                    whole || percent == 0
                        ? Map.of()
                        : Map.of(spec.targetVersion(), percent / 100.0)))
            .build(),
        UpdateAliasResponse.class);
  }
}
