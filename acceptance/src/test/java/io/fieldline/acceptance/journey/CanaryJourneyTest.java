// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.s3.S3Client;

/// A version of the telemetry function that can store nothing goes live while readings come. It
/// gets a tenth of them, its alarm is on within two minutes, the old version has all of them again,
/// the stack is as it was, and each reading can be read, once: what the bad version put back came
/// again when the queue's visibility timeout was over.
@Tag("long")
class CanaryJourneyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STACK = "Fieldline-dev";
  private static final String FUNCTION = "fieldline-dev-telemetry";

  @TempDir private Path folder;

  @Test
  void aVersionThatStoresNothingGoesBackAndNoReadingIsLost() throws Exception {
    try (Pipeline pipeline = Pipeline.deploy();
        var cloud = pipeline.aws().client(CloudFormationClient.builder());
        Agent agent = pipeline.gateway("canary-1").agent("").connected()) {
      assertThat(pipeline.deploy("config=" + withCanary(pipeline)).exitCode()).isZero();
      GetAliasResponse good = live(pipeline);
      long startedMs = System.currentTimeMillis();
      List<Double> sent = new ArrayList<>();

      deployBad(pipeline, cloud);
      InetSocketAddress tcp = agent.tcp();
      try (var sensor = new Socket(tcp.getAddress(), tcp.getPort());
          var answers = new BufferedReader(new InputStreamReader(sensor.getInputStream(), UTF_8))) {
        Await.until(
            "the stack is settled",
            Duration.ofMinutes(6),
            () -> {
              send(sensor, answers, sent);
              return status(cloud);
            },
            status -> !status.contains("IN_PROGRESS"));
      }

      assertThat(status(cloud)).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
      assertThat(reasons(cloud))
          .anySatisfy(reason ->
              assertThat(reason)
                  .contains("ALARM_ACTIVE", "fieldline-dev-new-version-failures-telemetry"));
      assertThat(live(pipeline).functionVersion()).isEqualTo(good.functionVersion());
      assertThat(live(pipeline).routingConfig()).isNull();
      Person viewer = pipeline.person("viewer");
      var read =
          Await.until(
              "each of the readings",
              Duration.ofMinutes(5),
              () ->
                  viewer.readings("canary-1", "n", startedMs, System.currentTimeMillis()).stream()
                      .map(Person.Point::value)
                      .sorted()
                      .toList(),
              values -> values.size() >= sent.size());
      assertThat(read).isEqualTo(sent);
    }
  }

  private static void send(Socket sensor, BufferedReader answers, List<Double> sent) {
    try {
      sensor.getOutputStream().write(("n=" + sent.size() + "\n").getBytes(UTF_8));
      assertThat(answers.readLine()).isEqualTo("ok 1");
      sent.add((double) sent.size());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path withCanary(Pipeline pipeline) throws Exception {
    var config =
        (ObjectNode) JSON.readTree(pipeline.root().resolve("infra-cdk/config/dev.json").toFile());
    config.put("deploymentConfig", "LambdaCanary10Percent5Minutes");
    JSON.writeValue(Files.createFile(folder.resolve("dev.json")).toFile(), config);
    return folder;
  }

  /// As a build with a mistake: another environment, and so another version, whose name CDK makes
  /// of both.
  private static void deployBad(Pipeline pipeline, CloudFormationClient cloud) throws Exception {
    String text = cloud.getTemplate(get -> get.stackName(STACK)).templateBody();
    ObjectNode template = (ObjectNode) JSON.readTree(text);
    JsonNode functions = template.path("Resources");
    String version = "";
    for (var resource : functions.properties()) {
      JsonNode properties = resource.getValue().path("Properties");
      if (properties.path("FunctionName").asText().equals(FUNCTION)) {
        ((ObjectNode) properties.at("/Environment/Variables"))
            .put("TELEMETRY_TABLE", "no-such-table");
      }
      if (resource.getKey().startsWith("IngestTelemetryFunctionCodeCurrentVersion")) {
        version = resource.getKey();
      }
    }
    assertThat(version).isNotEmpty();
    String bad = JSON.writeValueAsString(template).replace(version, version + "bad");
    try (var s3 = pipeline.aws().client(S3Client.builder().forcePathStyle(true))) {
      s3.createBucket(create -> create.bucket("bad-builds"));
      s3.putObject(put -> put.bucket("bad-builds").key("t.json"), RequestBody.fromString(bad));
    }
    cloud.updateStack(update ->
        update
            .stackName(STACK)
            .templateURL("https://bad-builds.s3.us-east-1.amazonaws.com/t.json")
            .capabilitiesWithStrings("CAPABILITY_NAMED_IAM"));
  }

  private static String status(CloudFormationClient cloud) {
    return cloud
        .describeStacks(one -> one.stackName(STACK))
        .stacks()
        .getFirst()
        .stackStatusAsString();
  }

  private static List<String> reasons(CloudFormationClient cloud) {
    return cloud.describeStackEvents(one -> one.stackName(STACK)).stackEvents().stream()
        .map(StackEvent::resourceStatusReason)
        .filter(java.util.Objects::nonNull)
        .toList();
  }

  private static GetAliasResponse live(Pipeline pipeline) {
    try (var functions = pipeline.aws().client(LambdaClient.builder())) {
      return functions.getAlias(get -> get.functionName(FUNCTION).name("live"));
    }
  }
}
