// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnCodeDeployLambdaAliasUpdate;
import software.amazon.awscdk.CfnUpdatePolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.codedeploy.CfnApplication;
import software.amazon.awscdk.services.codedeploy.CfnDeploymentGroup;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.CfnAlias;
import software.constructs.Construct;

/// Takes a function's traffic to its new version little by little, and all of it back where the new
/// one fails: then CloudFormation takes the rest of the stack back, too.
///
/// What fails is told from what the old version does meanwhile by the version that ran. A batch's
/// function that puts every message back has no error of Lambda's, so it counts them itself.
///
/// Source: AWS CodeDeploy User Guide, "Deployments on an AWS Lambda compute platform" and
/// "Cross-service confused deputy prevention"; AWS Lambda Developer Guide, "View metrics for Lambda
/// functions": ExecutedVersion.
final class TrafficShifting extends Construct {
  private static final List<PipelineFunction> OF_BATCHES =
      List.of(
          PipelineFunction.TELEMETRY,
          PipelineFunction.ROLLUP,
          PipelineFunction.QUARANTINE,
          PipelineFunction.FLEET,
          PipelineFunction.COMMAND);

  private final Names names;
  private final String configName;
  private final CfnApplication application;
  private final Role role;

  /// @param config one of CodeDeploy's own, without its prefix
  TrafficShifting(Construct scope, String id, Names names, String config) {
    super(scope, id);
    this.names = names;
    this.configName = "CodeDeployDefault." + config;
    this.application =
        CfnApplication.Builder.create(this, "Application")
            .applicationName(names.of("functions"))
            .computePlatform("Lambda")
            .build();
    this.role = role();
  }

  /// As which CodeDeploy moves aliases. Alarms are read together, so no alarm can be named.
  private Role role() {
    var stack = Stack.of(this);
    var grants =
        List.of(
            Allow.on(functions(), "lambda:GetAlias", "lambda:UpdateAlias"),
            // CodeDeploy asks before it shifts anything, also where there is none.
            Allow.on(
                Deployment.arn(this, "lambda", "function:" + names.of("*") + ":*"),
                "lambda:GetProvisionedConcurrencyConfig"),
            Allow.on("*", "cloudwatch:DescribeAlarms"));
    return ServiceRole.of(this, "Role", "codedeploy", grants);
  }

  private List<String> functions() {
    return Stream.of(PipelineFunction.values())
        .filter(TrafficShifting::has)
        .map(one -> Deployment.arn(this, "lambda", "function:" + names.of(one.label())))
        .toList();
  }

  /// Whether the function has traffic at all while the stack is updated: the app's files are put in
  /// place by that very update.
  static boolean has(PipelineFunction function) {
    return function != PipelineFunction.SITE;
  }

  /// @param scope where the function's own parts are
  /// @param version the number of the version that the alias goes to
  void of(Construct scope, PipelineFunction function, String version, CfnAlias alias) {
    var group =
        CfnDeploymentGroup.Builder.create(scope, "Traffic")
            .applicationName(application.getRef())
            .deploymentGroupName(function.label())
            .deploymentConfigName(configName)
            .serviceRoleArn(role.getRoleArn())
            .deploymentStyle(
                CfnDeploymentGroup.DeploymentStyleProperty.builder()
                    .deploymentType("BLUE_GREEN")
                    .deploymentOption("WITH_TRAFFIC_CONTROL")
                    .build())
            .alarmConfiguration(
                CfnDeploymentGroup.AlarmConfigurationProperty.builder()
                    .enabled(true)
                    .alarms(alarms(scope, function, version))
                    .build())
            .autoRollbackConfiguration(
                CfnDeploymentGroup.AutoRollbackConfigurationProperty.builder()
                    .enabled(true)
                    .events(
                        List.of(
                            "DEPLOYMENT_FAILURE",
                            "DEPLOYMENT_STOP_ON_ALARM",
                            "DEPLOYMENT_STOP_ON_REQUEST"))
                    .build())
            .build();
    alias
        .getCfnOptions()
        .setUpdatePolicy(
            CfnUpdatePolicy.builder()
                .codeDeployLambdaAliasUpdate(
                    CfnCodeDeployLambdaAliasUpdate.builder()
                        .applicationName(application.getRef())
                        .deploymentGroupName(group.getRef())
                        .build())
                .build());
  }

  private List<CfnDeploymentGroup.AlarmProperty> alarms(
      Construct scope, PipelineFunction function, String version) {
    var name = names.of(function.label());
    var alarms = new ArrayList<CfnAlarm>();
    alarms.add(
        alarm(scope, "NewVersionErrors", "new-version-errors-" + function.label())
            .namespace("AWS/Lambda")
            .metricName("Errors")
            .dimensions(
                List.of(
                    dimension("FunctionName", name),
                    dimension("Resource", name + ":live"),
                    dimension("ExecutedVersion", version)))
            .build());
    if (OF_BATCHES.contains(function)) {
      alarms.add(
          alarm(scope, "NewVersionFailures", "new-version-failures-" + function.label())
              .namespace("Fieldline")
              .metricName("BatchItemFailures")
              .dimensions(
                  List.of(dimension("FunctionName", name), dimension("FunctionVersion", version)))
              .build());
    }
    return alarms.stream()
        .map(one -> CfnDeploymentGroup.AlarmProperty.builder().name(one.getRef()).build())
        .toList();
  }

  /// It tells nobody: what it means, it does.
  private CfnAlarm.Builder alarm(Construct scope, String id, String name) {
    return CfnAlarm.Builder.create(scope, id)
        .alarmName(names.of(name))
        .alarmDescription(
            "A new version fails, and the old one takes over again."
                + " What to do: docs/how-to/answer-alarms.md#new-version")
        .statistic("Sum")
        .period(60)
        .threshold(0)
        .evaluationPeriods(1)
        .comparisonOperator("GreaterThanThreshold")
        .treatMissingData("notBreaching");
  }

  private static CfnAlarm.DimensionProperty dimension(String name, String value) {
    return CfnAlarm.DimensionProperty.builder().name(name).value(value).build();
  }
}
