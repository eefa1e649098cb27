// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// The life of the whole template: compared, changed, a change that fails, and the end.
@Order(3)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeploymentJourneyTest {
  private static final String STACK = "Fieldline-dev";

  private final Pipeline pipeline = Pipeline.deploy();
  private final CloudFormationClient cloudFormation =
      pipeline.aws().client(CloudFormationClient.builder());

  @AfterAll
  void close() {
    pipeline.close();
  }

  @Test
  @Order(1)
  void everyResourceOfTheTemplateIsThere() {
    assertThat(resources())
        .hasSizeGreaterThan(80)
        .allSatisfy(resource ->
            assertThat(resource.resourceStatusAsString())
                .as(resource.logicalResourceId())
                .isEqualTo("CREATE_COMPLETE"));
    var functions = pipeline.aws().client(LambdaClient.builder());
    var telemetry = functions.getFunction(get -> get.functionName("fieldline-dev-telemetry"));
    assertThat(telemetry.tags())
        .containsEntry("stage", "dev")
        .containsEntry("project", "fieldline");
  }

  @Test
  @Order(2)
  void afterADeploymentThereIsNoDifference() {
    Program.Outcome diff = pipeline.cdkOnDeployed("diff", "--fail");

    assertThat(diff.exitCode()).as(diff.output()).isZero();
    assertThat(diff.output()).contains("no differences");
  }

  @Test
  @Order(3)
  void aChangeIsDeployed() {
    Program.Outcome update = pipeline.deploy("appUrls=http://127.0.0.1:8080/");

    assertThat(update.exitCode()).as(update.output()).isZero();
    assertThat(status()).isEqualTo("UPDATE_COMPLETE");
    assertThat(callbacks()).contains("http://127.0.0.1:8080/");
  }

  @Test
  @Order(4)
  void aChangeThatFailsIsRolledBackAndItsReasonIsShown() {
    Program.Outcome update =
        pipeline.deploy("appUrls=https://fieldline.example/#no-fragment-is-allowed");

    assertThat(update.exitCode()).as(update.output()).isNotZero();
    assertThat(update.output()).contains("AppClient", "cannot include a fragment");
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(callbacks()).contains("http://127.0.0.1:8080/");
  }

  @Test
  @Order(5)
  void whatADeviceStillUsesIsNotDestroyed() {
    var iot = pipeline.aws().iot();
    String certificate =
        iot.createKeysAndCertificate(create -> create.setAsActive(true)).certificateArn();
    iot.attachPolicy(attach -> attach.policyName("fieldline-dev-device-data").target(certificate));

    Program.Outcome refused = pipeline.cdkOnDeployed("destroy", "--force");

    assertThat(refused.exitCode()).as(refused.output()).isNotZero();
    assertThat(status()).isEqualTo("DELETE_FAILED");
    iot.detachPolicy(detach -> detach.policyName("fieldline-dev-device-data").target(certificate));
  }

  @Test
  @Order(6)
  void destroyLeavesNothingBehind() {
    Program.Outcome destroy = pipeline.cdkOnDeployed("destroy", "--force");

    assertThat(destroy.exitCode()).as(destroy.output()).isZero();
    assertThat(pipeline.aws().dynamoDb().listTables().tableNames()).isEmpty();
    assertThat(pipeline.aws().sqs().listQueues().queueUrls()).isEmpty();
    assertThat(pipeline.aws().iot().listTopicRules(list -> {}).rules()).isEmpty();
    assertThat(pipeline.aws().iot().listPolicies(list -> {}).policies()).isEmpty();
    assertThat(pipeline.aws().client(LambdaClient.builder()).listFunctions().functions()).isEmpty();
    assertThat(pipeline.aws().client(IamClient.builder()).listRoles().roles())
        .noneMatch(role -> role.roleName().startsWith("Fieldline"));
  }

  private List<StackResourceSummary> resources() {
    return cloudFormation
        .listStackResourcesPaginator(list -> list.stackName(STACK))
        .stackResourceSummaries()
        .stream()
        .toList();
  }

  private String status() {
    return cloudFormation
        .describeStacks(describe -> describe.stackName(STACK))
        .stacks()
        .getFirst()
        .stackStatusAsString();
  }

  private List<String> callbacks() {
    return pipeline
        .aws()
        .cognito()
        .describeUserPoolClient(describe ->
            describe
                .userPoolId(pipeline.output("UserPoolId"))
                .clientId(pipeline.output("UserPoolClientId")))
        .userPoolClient()
        .callbackURLs();
  }
}
