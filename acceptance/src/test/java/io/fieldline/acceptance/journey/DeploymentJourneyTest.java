// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.model.Policy;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/// The life of the whole template: compared, changed, a change that fails, and the end.
@Order(33)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeploymentJourneyTest {
  private static final String STACK = "Fieldline-dev";

  @TempDir private static Path folder;

  private final Pipeline pipeline = Pipeline.deploy();
  private final CloudFormationClient cloudFormation =
      pipeline.aws().client(CloudFormationClient.builder());

  @BeforeAll
  void inAFolderOfItsOwn() throws IOException {
    Files.createSymbolicLink(
        folder.resolve("fieldline"), pipeline.root().resolve("fieldline").toAbsolutePath());
  }

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

  /// Each block of the guide, for this stage and with the address of this stack; but for preparing
  /// the account, which needs what the local stack lacks (a registry of images).
  @Test
  @Tag("long")
  @Order(2)
  void theGuidesCommandsDoWhatItSays() throws IOException {
    String guide =
        Files.readString(pipeline.root().resolve("docs/how-to/deploy-to-aws.md"))
            .replace("prod", "dev");
    List<String> blocks =
        Pattern.compile("(?s)```sh\n(.*?)```")
            .matcher(guide)
            .results()
            .map(block -> block.group(1))
            .filter(block -> !block.contains("cdk bootstrap"))
            .toList();
    assertThat(blocks).hasSize(4);

    String said = "";
    for (String block : blocks) {
      // Who reads puts in a profile; whether it deploys is another test's.
      String script =
          block
              .replaceFirst("export AWS_PROFILE=….*\n", "")
              .replaceFirst("(deploy --stage dev)\n", "$1 --check\n");
      Program.Outcome ran =
          sh("set -e\naws() { /usr/bin/aws --endpoint-url $AWS_ENDPOINT_URL \"$@\"; }\n" + script);
      assertThat(ran.exitCode()).as(script + ran.output()).isZero();
      said += ran.output();
    }

    assertThat(said)
        .contains("arn:aws:iam::000000000000:root")
        .contains("nothing is in the way")
        .contains("you@example.com is admin of stage dev");
    var iot = pipeline.aws().iot();
    String certificate =
        iot.listThingPrincipals(list -> list.thingName("gateway-1")).principals().getFirst();
    assertThat(iot.listAttachedPolicies(list -> list.target(certificate)).policies())
        .extracting(Policy::policyName)
        .containsExactlyInAnyOrder(
            "fieldline-dev-device-data",
            "fieldline-dev-device-shadow",
            "fieldline-dev-device-jobs");
    for (String policy : List.of("data", "shadow", "jobs")) {
      iot.detachPolicy(
          detach -> detach.policyName("fieldline-dev-device-" + policy).target(certificate));
    }
  }

  /// What is in the way is named, with what to do, and nothing is changed.
  @Test
  @Order(2)
  void whatIsInTheWayOfADeploymentIsSaidBefore() throws IOException {
    String config = Files.readString(pipeline.root().resolve("infra-cdk/config/dev.json"));
    Files.writeString(
        folder.resolve("dev.json"), config.replaceFirst("\\{", "{\"account\": \"123456789012\","));

    assertThat(refused("./fieldline deploy --check -c config=" + folder))
        .contains("these credentials are of account 000000000000")
        .contains("stage dev belongs to 123456789012")
        .contains("nothing was changed");
    assertThat(refused("AWS_SECRET_ACCESS_KEY=wrong ./fieldline deploy --check"))
        .contains("FAIL  credentials");
    assertThat(refused("./fieldline deploy --stage nowhere --check"))
        .contains("config/nowhere.json; there are: dev.json prod.json");
  }

  private String refused(String command) {
    Program.Outcome outcome = sh(command);
    assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(1);
    return outcome.output();
  }

  private Program.Outcome sh(String script) {
    return Program.run(
        folder, pipeline.environment(), Duration.ofMinutes(2), List.of("sh", "-c", script));
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
  @Tag("long")
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

  /// After the end, so that the stack is new, and its account not prepared.
  @Test
  @Order(7)
  @Tag("long")
  void anAccountThatIsNotPreparedAndWhatAnEarlierStackLeftAreNamed() {
    var parameter = "/cdk-bootstrap/hnb659fds/version";
    pipeline.aws().client(SsmClient.builder()).deleteParameter(delete -> delete.name(parameter));
    pipeline
        .aws()
        .client(CloudWatchLogsClient.builder())
        .createLogGroup(create -> create.logGroupName("/fieldline/dev/telemetry"));

    assertThat(refused("./fieldline deploy --check"))
        .contains("FAIL  bootstrap", "npx cdk bootstrap aws://000000000000/us-east-1")
        .contains("Fieldline-dev is new here")
        .contains("FAIL  logs", "/fieldline/dev/telemetry")
        .contains("2 of 8 checks failed");
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
