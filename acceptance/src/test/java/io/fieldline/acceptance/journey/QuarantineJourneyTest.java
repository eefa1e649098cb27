// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.messages.Topics;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// What a rule could not deliver is kept, shown, and sent again when the cause is mended: nothing
/// of it is lost. Nobody else may deliver meanwhile.
@Order(3)
@SharesPipeline
@ResourceLock(SharesPipeline.STACK)
class QuarantineJourneyTest {
  private static final String THING = "quarantine-1";
  private final Pipeline pipeline;
  private final IamClient iam;
  private final Person operator;

  QuarantineJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
    iam = pipeline.aws().client(IamClient.builder());
    operator = pipeline.person("operator");
  }

  @Test
  @Tag("long")
  void whatARuleCouldNotSendIsSentAgainByTheCommandLineAndRead() {
    pipeline.gateway(THING);
    long nowMs = System.currentTimeMillis();
    String role = role("TelemetryRule");
    String grants = grants(role);
    put(role, grants.replace(":fieldline-dev-ingest\"", ":fieldline-dev-other\""));
    try {
      publish(Topics.ingest("dev", THING), batch(nowMs, 1, 42.5));
      publish(Topics.ingest("dev", THING), batch(nowMs + 1, 2, 43));
      awaitEntries("ACTION_FAILED", 2);
    } finally {
      put(role, grants);
    }

    assertThat(replay()).containsPattern("2 +quarantine ACTION_FAILED .*SqsAction on ");
    String list = replay("--list", "ACTION_FAILED");
    assertThat(list).contains(THING, "is not authorized").doesNotContain("sent again");
    var ids = new ArrayList<String>();
    Pattern.compile("(?m)^(\\d{15}-\\S+)")
        .matcher(list)
        .results()
        .forEach(m -> ids.add(m.group(1)));
    assertThat(ids).hasSize(2);
    assertThat(replay("--show", ids.getLast())).contains("\"t0\":" + nowMs, "rule:fieldline_dev_");

    replay("--entry", ids.getLast());
    awaitReadings(nowMs, List.of(new Person.Point(nowMs, 42.5)));
    assertThat(replay("--kind", "ACTION_FAILED")).contains("1 of kind ACTION_FAILED sent again");
    awaitReadings(nowMs, List.of(new Person.Point(nowMs, 42.5), new Person.Point(nowMs + 1, 43)));

    assertThat(replay("--list", "ACTION_FAILED")).containsPattern("(?s)sent again.*sent again");
    ids.forEach(id -> replay("--drop", id));
    assertThat(replay("--list", "ACTION_FAILED")).doesNotContain(THING);
    var gone = run("--show", ids.getFirst());
    assertThat(gone.exitCode()).isEqualTo(1);
    assertThat(gone.output()).contains("no entry '" + ids.getFirst() + "'");
  }

  /// The outcome of a command, which goes to a function and not to a queue.
  @Test
  void anOutcomeThatItsFunctionDidNotGetIsSentAgain() {
    String thing = "quarantine-2";
    JsonNode command = command(thing);
    // A rule's document of what could not be done, as the rule sends it.
    String topic = Topics.accepted(Topics.shadow(thing, Topics.COMMANDS_SHADOW).update());
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-quarantine")).queueUrl();
    String payload = Base64.getEncoder().encodeToString(outcome(command).getBytes(UTF_8));
    sqs.sendMessage(send ->
        send.queueUrl(url)
            .messageBody(
                """
                {"ruleName":"fieldline_dev_outcomes","topic":"%s","clientId":"%s",
                 "base64OriginalPayload":"%s","failures":[{"failedAction":"LambdaAction",
                 "failedResource":"outcome","errorMessage":"throttled"}]}
                """
                    .formatted(topic, thing, payload)));
    String id = awaitEntries("ACTION_FAILED", 1).getFirst().path("id").asText();

    assertThat(operator.post("/quarantine/" + id + "/replay", "{}").status()).isEqualTo(200);

    awaitSucceeded(thing, command);
    assertThat(operator.get("/quarantine/" + id).body().path("replayedBy").asText()).isNotEmpty();
    replay("--drop", id);
  }

  /// The same outcome, on which its function fails for good.
  @Test
  @Tag("long")
  void anOutcomeThatItsFunctionCouldNotTakeIsInvokedAgain() {
    String thing = "quarantine-3";
    JsonNode command = command(thing);
    String role = role("OutcomeFunction");
    String grants = grants(role);
    tries(0);
    put(role, grants.replace("dynamodb:UpdateItem", "dynamodb:GetItem"));
    try {
      pipeline
          .aws()
          .iotData()
          .updateThingShadow(update ->
              update
                  .thingName(thing)
                  .shadowName(Topics.COMMANDS_SHADOW)
                  .payload(SdkBytes.fromUtf8String(outcome(command))));
      Await.until(
          "the dead letter",
          Duration.ofSeconds(30),
          this::replay,
          said -> said.matches("(?s).* 1 +functions-dead .*"));
    } finally {
      put(role, grants);
      tries(2);
    }

    assertThat(replay("--dead-letters")).contains("1 of 1 of functions-dead sent again");

    awaitSucceeded(thing, command);
    assertThat(replay()).containsPattern(" 0 +functions-dead");
  }

  private void tries(int again) {
    var lambda = pipeline.aws().client(LambdaClient.builder());
    var config =
        lambda.getFunctionEventInvokeConfig(
            get -> get.functionName("fieldline-dev-outcome").qualifier("live"));
    lambda.putFunctionEventInvokeConfig(put ->
        put.functionName("fieldline-dev-outcome")
            .qualifier("live")
            .destinationConfig(config.destinationConfig())
            .maximumRetryAttempts(again));
  }

  /// A command that nobody has answered, to a device that was heard.
  private JsonNode command(String thing) {
    pipeline.gateway(thing);
    publish(Topics.ingest("dev", thing), batch(System.currentTimeMillis(), 1, 1, thing));
    Await.until(
        "the device",
        Duration.ofSeconds(30),
        () -> operator.get("/devices/" + thing).status(),
        status -> status == 200);
    return operator
        .post("/devices/" + thing + "/commands", "{\"actuator\":\"lamp\",\"value\":true}")
        .body();
  }

  private static String outcome(JsonNode command) {
    return "{\"state\":{\"reported\":{\"lamp\":{\"id\":\"%s\",\"value\":true,\"expiresAtMs\":%d,\"status\":\"SUCCEEDED\",\"atMs\":%d}}}}"
        .formatted(
            command.path("id").asText(),
            command.path("expiresAtMs").asLong(),
            System.currentTimeMillis());
  }

  private void awaitSucceeded(String thing, JsonNode command) {
    operator.command(
        thing, command.path("id").asText(), one -> one.path("status").asText().equals("SUCCEEDED"));
  }

  private String grants(String role) {
    return URLDecoder.decode(
        iam.getRolePolicy(get -> get.roleName(role).policyName("grants")).policyDocument(), UTF_8);
  }

  private void put(String role, String grants) {
    iam.putRolePolicy(put -> put.roleName(role).policyName("grants").policyDocument(grants));
  }

  private List<JsonNode> awaitEntries(String kind, int count) {
    return Await.until(
        count + " entries of kind " + kind,
        Duration.ofSeconds(30),
        () -> {
          var all = new ArrayList<JsonNode>();
          operator.get("/quarantine?kind=" + kind).body().path("entries").forEach(all::add);
          return all;
        },
        all -> all.size() == count);
  }

  private void awaitReadings(long fromMs, List<Person.Point> expected) {
    Await.until(
        "the readings",
        Duration.ofSeconds(30),
        () -> operator.readings(THING, "t", fromMs, fromMs + 10),
        expected::equals);
  }

  private static String batch(long atMs, int seq, double value) {
    return batch(atMs, seq, value, THING);
  }

  private static String batch(long atMs, int seq, double value, String device) {
    return "{\"v\":1,\"device\":\"%s\",\"epoch\":%d,\"firstSeq\":%d,\"t0\":%d,\"sensors\":[{\"name\":\"t\",\"rows\":[[0,%s]]}]}"
        .formatted(device, 1, seq, atMs, value);
  }

  private void publish(String topic, String payload) {
    pipeline
        .aws()
        .iotData()
        .publish(message -> message.topic(topic).qos(1).payload(SdkBytes.fromUtf8String(payload)));
  }

  private String role(String of) {
    return pipeline
        .aws()
        .client(CloudFormationClient.builder())
        .listStackResourcesPaginator(list -> list.stackName("Fieldline-dev"))
        .stackResourceSummaries()
        .stream()
        .filter(resource -> resource.resourceType().equals("AWS::IAM::Role"))
        .filter(resource -> resource.logicalResourceId().startsWith("Ingest" + of))
        .findFirst()
        .orElseThrow()
        .physicalResourceId();
  }

  private String replay(String... options) {
    var outcome = run(options);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  private Program.Outcome run(String... options) {
    var command = new ArrayList<>(List.of("./fieldline", "replay", "--stage", "dev"));
    command.addAll(List.of(options));
    return Program.run(pipeline.root(), pipeline.environment(), Duration.ofSeconds(60), command);
  }
}
