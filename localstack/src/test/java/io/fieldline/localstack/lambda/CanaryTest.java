// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.s3.S3Client;

/// A template's alias whose traffic CodeDeploy takes to a new version, and back from a bad one.
///
/// Each test brings a stack of its own; they share the local stack, and its clock.
@TestMethodOrder(MethodOrderer.MethodName.class)
class CanaryTest {
  private static final String GRANTS =
      "[\"cloudwatch:DescribeAlarms\",\"lambda:GetAlias\",\"lambda:UpdateAlias\","
          + "\"lambda:GetProvisionedConcurrencyConfig\"]";

  private static LambdaBench bench;
  private static CloudFormationClient cloud;
  private static CodeDeployClient deploy;

  @BeforeAll
  static void start() {
    bench = new LambdaBench();
    cloud = bench.client(CloudFormationClient.builder(), LambdaBench.OWNER);
    deploy = bench.client(CodeDeployClient.builder(), LambdaBench.OWNER);
    try (var s3 = bench.client(S3Client.builder().forcePathStyle(true), LambdaBench.OWNER)) {
      s3.createBucket(r -> r.bucket("code"));
      s3.putObject(
          r -> r.bucket("code").key("probe.zip"), RequestBody.fromBytes(LambdaBench.zip()));
    }
  }

  @AfterAll
  static void close() {
    cloud.close();
    deploy.close();
    bench.close();
  }

  @Test
  void aGoodVersionGetsTenPercentAndAfterFiveMinutesEverything() {
    created("good", template("good", "V1", "ONE", "LambdaCanary10Percent5Minutes"));

    update("good", template("good", "V2", "TWO", "LambdaCanary10Percent5Minutes"));
    LambdaBench.eventually(() -> weights("good"), weights -> weights.equals(Map.of("2", 0.1)));
    var executed = new HashSet<String>();
    LambdaBench.eventually(
        () -> {
          executed.add(bench.invoke("good:live", "{\"do\":\"context\"}").executedVersion());
          return executed;
        },
        seen -> seen.size() == 2);
    assertThat(status("good")).isEqualTo("UPDATE_IN_PROGRESS");

    bench.stack.clock().advance(Duration.ofMinutes(5));
    assertThat(settled("good")).isEqualTo("UPDATE_COMPLETE");
    assertThat(alias("good").functionVersion()).isEqualTo("2");
    assertThat(weights("good")).isEmpty();
    assertThat(last("good").statusAsString()).isEqualTo("Succeeded");
    assertThatThrownBy(() -> bench.invoke("good:1", "{}")).hasMessageContaining("not found");
  }

  @Test
  void aBadVersionGoesBackWhenItsAlarmIsOn() {
    created("bad", template("bad", "V1", "ONE", "LambdaCanary10Percent5Minutes"));

    update("bad", template("bad", "V2", "BROKEN", "LambdaCanary10Percent5Minutes"));
    LambdaBench.eventually(() -> weights("bad"), weights -> weights.equals(Map.of("2", 0.1)));
    LambdaBench.eventually(
        () -> bench.invoke("bad:live", "{\"do\":\"failIf\",\"name\":\"BROKEN\"}").functionError(),
        error -> error != null);
    bench.stack.clock().advance(Duration.ofMinutes(1));

    assertThat(settled("bad")).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(alias("bad").functionVersion()).isEqualTo("1");
    assertThat(weights("bad")).isEmpty();
    assertThat(cloud.describeStackEvents(r -> r.stackName("bad")).stackEvents())
        .extracting(StackEvent::resourceStatusReason)
        .anySatisfy(
            reason -> assertThat(reason).contains("Stopped", "ALARM_ACTIVE", "bad-new-version"));
    DeploymentInfo rollback = last("bad");
    assertThat(rollback.creatorAsString()).isEqualTo("codeDeployRollback");
    var stopped =
        deploy
            .getDeployment(
                r -> r.deploymentId(rollback.rollbackInfo().rollbackTriggeringDeploymentId()))
            .deploymentInfo();
    assertThat(stopped.statusAsString()).isEqualTo("Stopped");
    assertThat(stopped.errorInformation().codeAsString()).isEqualTo("ALARM_ACTIVE");
    assertThat(stopped.rollbackInfo().rollbackDeploymentId()).isEqualTo(rollback.deploymentId());
  }

  @Test
  void trafficGoesOverByEqualParts() {
    created("line", template("line", "V1", "ONE", "LambdaLinear10PercentEvery1Minute"));
    update("line", template("line", "V2", "TWO", "LambdaLinear10PercentEvery1Minute"));

    for (int tenth = 1; tenth < 10; tenth++) {
      double part = tenth / 10.0;
      LambdaBench.eventually(() -> weights("line"), weights -> weights.equals(Map.of("2", part)));
      bench.stack.clock().advance(Duration.ofMinutes(1));
    }
    assertThat(settled("line")).isEqualTo("UPDATE_COMPLETE");
    assertThat(alias("line").functionVersion()).isEqualTo("2");
  }

  @Test
  void whatIsStoppedByAPersonGoesBack() {
    created("stop", template("stop", "V1", "ONE", "LambdaCanary10Percent30Minutes"));
    update("stop", template("stop", "V2", "TWO", "LambdaCanary10Percent30Minutes"));
    LambdaBench.eventually(() -> weights("stop"), weights -> !weights.isEmpty());

    String id = last("stop").deploymentId();
    deploy.stopDeployment(r -> r.deploymentId(id));

    assertThat(settled("stop")).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(alias("stop").functionVersion()).isEqualTo("1");
    assertThatThrownBy(() -> deploy.stopDeployment(r -> r.deploymentId(id)))
        .hasMessageContaining("already completed");
  }

  @Test
  void aRoleThatMayNotMoveTheAliasFailsTheDeployment() {
    created("poor", template("poor", "V1", "ONE", "LambdaAllAtOnce"));
    try (var iam = bench.client(IamClient.builder(), LambdaBench.OWNER)) {
      iam.deleteRolePolicy(r -> r.roleName("poor-deploy").policyName("all"));
    }
    update("poor", template("poor", "V2", "TWO", "LambdaAllAtOnce"));

    assertThat(settled("poor")).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(alias("poor").functionVersion()).isEqualTo("1");
    assertThat(
            deploy.getDeployment(r -> r.deploymentId(last("poor").deploymentId())).deploymentInfo())
        .isNotNull();
    assertThat(cloud.describeStackEvents(r -> r.stackName("poor")).stackEvents())
        .extracting(StackEvent::resourceStatusReason)
        .anySatisfy(reason ->
            assertThat(reason).contains("IAM_ROLE_PERMISSIONS", "cloudwatch:DescribeAlarms"));
  }

  @Test
  void anUpdatePolicyThatNobodyFollowsIsRefused() {
    assertThatThrownBy(() ->
            cloud.createStack(r ->
                r.stackName("other")
                    .templateBody(
                        """
                        {"Resources":{"Queue":{"Type":"AWS::SQS::Queue","UpdatePolicy":{
                          "AutoScalingRollingUpdate":{}}}}}\
                        """)))
        .hasMessageContaining("Resource Queue")
        .hasMessageContaining("not supported by this local stack");
  }

  private static void created(String name, String template) {
    cloud.createStack(r ->
        r.stackName(name).templateBody(template).capabilitiesWithStrings("CAPABILITY_NAMED_IAM"));
    assertThat(settled(name)).isEqualTo("CREATE_COMPLETE");
    assertThat(alias(name).functionVersion()).isEqualTo("1");
  }

  private static void update(String name, String template) {
    cloud.updateStack(r ->
        r.stackName(name).templateBody(template).capabilitiesWithStrings("CAPABILITY_NAMED_IAM"));
  }

  private static String status(String name) {
    return cloud.describeStacks(r -> r.stackName(name)).stacks().getFirst().stackStatusAsString();
  }

  private static String settled(String name) {
    return LambdaBench.eventually(() -> status(name), status -> !status.contains("IN_PROGRESS"));
  }

  private static GetAliasResponse alias(String function) {
    return bench.lambda.getAlias(r -> r.functionName(function).name("live"));
  }

  private static Map<String, Double> weights(String function) {
    var routing = alias(function).routingConfig();
    return routing == null ? Map.of() : routing.additionalVersionWeights();
  }

  private static DeploymentInfo last(String name) {
    List<String> ids =
        deploy
            .listDeployments(r -> r.applicationName(name).deploymentGroupName(name))
            .deployments();
    return deploy.getDeployment(r -> r.deploymentId(ids.getFirst())).deploymentInfo();
  }

  /// A function with an alias, whose version is new by name as CDK makes it, and how it goes live.
  private static String template(String name, String version, String variable, String config) {
    return """
    {"Resources":{
      "Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"%1$s-role",
        "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
          "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]},
        "Policies":[{"PolicyName":"logs","PolicyDocument":{"Version":"2012-10-17",
          "Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}}]}},
      "Code":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"%1$s",
        "Runtime":"java25","Handler":"io.fieldline.localstack.lambda.Probe","Timeout":20,
        "Role":{"Fn::GetAtt":["Role","Arn"]},"Environment":{"Variables":{"%3$s":"yes"}},
        "Code":{"S3Bucket":"code","S3Key":"probe.zip"}}},
      "%2$s":{"Type":"AWS::Lambda::Version","Properties":{"FunctionName":{"Ref":"Code"}}},
      "Live":{"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":{"Ref":"Code"},
        "Name":"live","FunctionVersion":{"Fn::GetAtt":["%2$s","Version"]}},
        "UpdatePolicy":{"CodeDeployLambdaAliasUpdate":{"ApplicationName":{"Ref":"App"},
          "DeploymentGroupName":{"Ref":"Group"}}}},
      "Alarm":{"Type":"AWS::CloudWatch::Alarm","Properties":{"AlarmName":"%1$s-new-version",
        "Namespace":"AWS/Lambda","MetricName":"Errors","Statistic":"Sum","Period":60,
        "EvaluationPeriods":1,"Threshold":0,"ComparisonOperator":"GreaterThanThreshold",
        "TreatMissingData":"notBreaching","Dimensions":[
          {"Name":"FunctionName","Value":{"Ref":"Code"}},
          {"Name":"Resource","Value":{"Fn::Sub":"${Code}:live"}},
          {"Name":"ExecutedVersion","Value":{"Fn::GetAtt":["%2$s","Version"]}}]}},
      "DeployRole":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"%1$s-deploy",
        "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
          "Principal":{"Service":"codedeploy.amazonaws.com"},"Action":"sts:AssumeRole"}]},
        "Policies":[{"PolicyName":"all","PolicyDocument":{"Version":"2012-10-17",
          "Statement":[{"Effect":"Allow","Action":%5$s,"Resource":"*"}]}}]}},
      "App":{"Type":"AWS::CodeDeploy::Application","Properties":{"ApplicationName":"%1$s",
        "ComputePlatform":"Lambda"}},
      "Group":{"Type":"AWS::CodeDeploy::DeploymentGroup","Properties":{
        "ApplicationName":{"Ref":"App"},"DeploymentGroupName":"%1$s",
        "DeploymentConfigName":"CodeDeployDefault.%4$s",
        "ServiceRoleArn":{"Fn::GetAtt":["DeployRole","Arn"]},
        "DeploymentStyle":{"DeploymentType":"BLUE_GREEN",
          "DeploymentOption":"WITH_TRAFFIC_CONTROL"},
        "AlarmConfiguration":{"Enabled":true,"Alarms":[{"Name":{"Ref":"Alarm"}}]},
        "AutoRollbackConfiguration":{"Enabled":true,"Events":["DEPLOYMENT_FAILURE",
          "DEPLOYMENT_STOP_ON_ALARM","DEPLOYMENT_STOP_ON_REQUEST"]}}}}}\
    """
        .formatted(name, version, variable, config, GRANTS);
  }
}
