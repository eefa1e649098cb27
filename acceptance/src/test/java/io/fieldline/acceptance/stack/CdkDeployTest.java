// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;

/// The unmodified `cdk` deploys, compares, updates, fails and destroys a stack, as against AWS.
@Order(32)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CdkDeployTest {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private Path folder = Path.of("");

  private final LocalStack stack = LocalStack.start();
  private final CloudFormationClient cloudFormation =
      CloudFormationClient.builder()
          .endpointOverride(stack.endpoint())
          .region(Region.US_EAST_1)
          .credentialsProvider(CREDENTIALS)
          .httpClient(UrlConnectionHttpClient.create())
          .build();
  private final SsmClient ssm =
      SsmClient.builder()
          .endpointOverride(stack.endpoint())
          .region(Region.US_EAST_1)
          .credentialsProvider(CREDENTIALS)
          .httpClient(UrlConnectionHttpClient.create())
          .build();

  @BeforeAll
  void writeTheAssembly(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(folder.resolve("assembly"));
    Files.writeString(folder.resolve("assembly/manifest.json"), resource("manifest.json"));
    template(resource("Nearly.template.json"));
  }

  @AfterAll
  void close() {
    cloudFormation.close();
    ssm.close();
    stack.close();
  }

  @Test
  @Order(1)
  void deployCreatesTheResourcesAndDiffThenFindsNoDifference() throws Exception {
    Program.Outcome deploy = deploy();
    assertThat(deploy.exitCode()).as(deploy.output()).isZero();
    assertThat(deploy.output()).contains("arn:aws:sqs:us-east-1:000000000000:nearly");
    assertThat(status()).isEqualTo("CREATE_COMPLETE");
    assertThat(greeting()).isEqualTo("first");

    Program.Outcome diff = cdk("diff", "--fail");
    assertThat(diff.exitCode()).as(diff.output()).isZero();
    assertThat(diff.output()).contains("no differences");
  }

  @Test
  @Order(2)
  void aChangedTemplateUpdatesTheStack() throws Exception {
    template(resource("Nearly.template.json").replace("\"first\"", "\"second\""));
    Program.Outcome deploy = deploy();
    assertThat(deploy.exitCode()).as(deploy.output()).isZero();
    assertThat(status()).isEqualTo("UPDATE_COMPLETE");
    assertThat(greeting()).isEqualTo("second");
  }

  @Test
  @Order(3)
  void anUpdateThatFailsIsRolledBackAndItsReasonIsShown() throws Exception {
    template(
        resource("Nearly.template.json")
            .replace("\"first\"", "\"third\"")
            .replace("\"Effect\": \"Allow\"", "\"Effect\": \"Perhaps\""));
    Program.Outcome deploy = deploy();
    assertThat(deploy.exitCode()).as(deploy.output()).isNotZero();
    assertThat(deploy.output()).contains("Reader", "MalformedPolicyDocument");
    assertThat(status()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(greeting()).isEqualTo("second");
  }

  @Test
  @Order(4)
  void aResourceTypeThatIsNotSupportedIsRefusedByName() throws Exception {
    template(resource("Nearly.template.json").replace("AWS::SQS::Queue", "AWS::EC2::VPC"));
    Program.Outcome deploy = deploy();
    assertThat(deploy.exitCode()).as(deploy.output()).isNotZero();
    assertThat(deploy.output()).contains("AWS::EC2::VPC");
    assertThat(greeting()).isEqualTo("second");
  }

  @Test
  @Order(5)
  void destroyRemovesEverything() throws Exception {
    Program.Outcome destroy = cdk("destroy", "--force");
    assertThat(destroy.exitCode()).as(destroy.output()).isZero();
    assertThatThrownBy(this::status)
        .isInstanceOf(CloudFormationException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(this::greeting).isInstanceOf(ParameterNotFoundException.class);
  }

  private Program.Outcome deploy() {
    return cdk("deploy", "--require-approval", "never", "--progress", "events");
  }

  private Program.Outcome cdk(String command, String... options) {
    Path cdk = Checkout.root().resolve("infra-cdk/node_modules/.bin/cdk");
    assertThat(cdk).as("the cdk command line: run `npm ci` in infra-cdk first").isExecutable();
    List<String> line = new ArrayList<>(List.of(cdk.toString(), command, "Nearly"));
    line.addAll(List.of("--app", folder.resolve("assembly").toString(), "--no-notices"));
    line.addAll(List.of(options));
    String home = folder.resolve("home").toString();
    var environment =
        Map.of(
            "AWS_ENDPOINT_URL", stack.endpoint().toString(),
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_REGION", "us-east-1",
            "AWS_EC2_METADATA_DISABLED", "true",
            "CI", "true",
            "CDK_DISABLE_CLI_TELEMETRY", "1",
            "CDK_HOME", home,
            "HOME", home);
    return Program.run(folder, environment, Duration.ofSeconds(60), line);
  }

  private String status() {
    return cloudFormation
        .describeStacks(request -> request.stackName("Nearly"))
        .stacks()
        .getFirst()
        .stackStatusAsString();
  }

  private String greeting() {
    return ssm.getParameter(request -> request.name("/nearly/greeting")).parameter().value();
  }

  private void template(String text) throws IOException {
    Files.writeString(folder.resolve("assembly/Nearly.template.json"), text);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = CdkDeployTest.class.getResourceAsStream("/nearly/" + name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
