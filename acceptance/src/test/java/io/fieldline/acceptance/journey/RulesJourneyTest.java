// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.AwsCommand;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Every rule action, by one message of `mosquitto_pub` and seen through the AWS command line: with
/// its permission it does what it says, without it the error action runs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesJourneyTest {
  private static final String MESSAGE = "{\"id\":\"m1\",\"n\":21.5}";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final LocalStack stack = LocalStack.start();
  private final WebServer web = new WebServer();
  private final Map<String, String> granted = new HashMap<>();
  private final Map<String, String> denied = new HashMap<>();
  private Path folder = Path.of("");
  private AwsCommand aws = new AwsCommand(stack.endpoint(), folder);
  private String republished = "";

  @BeforeAll
  void deployAndPublish(@TempDir Path temporary) throws Exception {
    folder = temporary;
    aws = new AwsCommand(stack.endpoint(), folder);
    certificate();
    aws.says("s3api", "create-bucket", "--bucket", "code");
    Path zip = function();
    aws.says("s3", "cp", "--no-progress", zip.toString(), "s3://code/function.zip");
    web.start();
    confirmDestination();
    // Most of it is the command line's waiting.
    var second = CompletableFuture.supplyAsync(() -> deploy("denied"));
    granted.putAll(deploy("granted"));
    denied.putAll(second.join());
    try (var watcher = watch("again/granted")) {
      publish("journey/granted");
      publish("journey/denied");
      republished = watcher.ended(SOON).output();
    }
  }

  @AfterAll
  void close() {
    web.close();
    stack.close();
  }

  @Test
  void lambdaIsInvoked() {
    var log = "/aws/lambda/" + granted.get("Function");
    var events = soon(() -> logged(log), lines -> lines.contains("called with"));
    assertThat(events).contains("{id=m1, n=21.5, topic=journey/granted}");
  }

  @Test
  void sqsHoldsTheMessage() {
    assertThat(soon(() -> received(granted.get("Queue")), found -> !found.isEmpty()))
        .containsExactly("{\"id\":\"m1\",\"twice\":43}");
  }

  @Test
  void snsHandsTheMessageToItsSubscribers() {
    assertThat(soon(() -> received(granted.get("SubscribedQueue")), found -> !found.isEmpty()))
        .containsExactly("{\"id\":\"m1\"}");
  }

  @Test
  void dynamoDbHoldsThePayloadInOneField() {
    assertThat(item(1).path("payload").path("M").toString())
        .isEqualTo("{\"id\":{\"S\":\"m1\"},\"n\":{\"N\":\"21.5\"}}");
  }

  @Test
  void dynamoDbV2HoldsAnAttributeAKey() {
    assertThat(item(2).path("n").path("N").asText()).isEqualTo("21.5");
  }

  @Test
  void republishReachesASubscriber() {
    assertThat(republished).contains("{\"id\":\"m1\",\"traced\":true}");
  }

  @Test
  void s3HoldsTheObject() {
    var object = "s3://" + granted.get("Bucket") + "/messages/m1.json";
    soon(() -> aws.run("s3", "ls", object), listed -> listed.exitCode() == 0);
    assertThat(aws.says("s3", "cp", "--quiet", object, "-").strip()).isEqualTo(MESSAGE);
  }

  @Test
  void kinesisHoldsTheRecord() {
    var stream = granted.get("Stream");
    var shard =
        aws.json("kinesis", "list-shards", "--stream-name", stream)
            .at("/Shards/0/ShardId")
            .asText();
    var from =
        aws.json(
                "kinesis",
                "get-shard-iterator",
                "--stream-name",
                stream,
                "--shard-id",
                shard,
                "--shard-iterator-type",
                "TRIM_HORIZON")
            .path("ShardIterator")
            .asText();
    var records =
        soon(
            () -> aws.json("kinesis", "get-records", "--shard-iterator", from).path("Records"),
            found -> !found.isEmpty());
    var data = Base64.getDecoder().decode(records.at("/0/Data").asText());
    assertThat(new String(data, StandardCharsets.UTF_8)).isEqualTo("{\"id\":\"m1\"}");
    assertThat(records.at("/0/PartitionKey").asText()).isEqualTo("m1");
  }

  @Test
  void firehoseDeliversToItsBucket() {
    var bucket = "s3://" + granted.get("Bucket");
    var listed =
        soon(
            () -> aws.run("s3", "ls", "--recursive", bucket + "/delivered/").output(),
            found -> found.contains("delivered/"));
    var key = listed.substring(listed.indexOf("delivered/")).lines().findFirst().orElseThrow();
    assertThat(aws.says("s3", "cp", "--quiet", bucket + "/" + key, "-"))
        .isEqualTo("{\"id\":\"m1\"}");
  }

  @Test
  void httpReachesTheWebServer() {
    var taken = soon(() -> web.taken("/granted/m1"), found -> !found.isEmpty());
    assertThat(taken).containsExactly("sender: {\"id\":\"m1\"}");
  }

  @Test
  void cloudWatchHoldsTheMetric() {
    var now = Instant.now();
    var points =
        soon(
            () ->
                aws.json(
                        "cloudwatch",
                        "get-metric-statistics",
                        "--namespace",
                        "Journey",
                        "--metric-name",
                        "granted",
                        "--statistics",
                        "Sum",
                        "--period",
                        "60",
                        "--start-time",
                        now.minus(1, ChronoUnit.HOURS).toString(),
                        "--end-time",
                        now.plus(1, ChronoUnit.HOURS).toString())
                    .path("Datapoints"),
            found -> !found.isEmpty());
    assertThat(points.at("/0/Sum").asDouble()).isEqualTo(21.5);
  }

  @Test
  void cloudWatchLogsHoldTheMessage() {
    var lines = soon(() -> logged(granted.get("Messages")), found -> !found.isEmpty());
    assertThat(lines).contains("{\"id\":\"m1\"}");
  }

  @Test
  void theAlarmIsInItsNewState() {
    var alarm =
        soon(
            () ->
                aws.json("cloudwatch", "describe-alarms", "--alarm-names", granted.get("Alarm"))
                    .at("/MetricAlarms/0"),
            found -> found.path("StateValue").asText().equals("ALARM"));
    assertThat(alarm.path("StateReason").asText()).isEqualTo("message m1");
  }

  @Test
  void withoutPermissionEveryErrorActionNamesWhatWasDenied() throws Exception {
    Map<String, String> failures = new TreeMap<>();
    soon(
        () -> {
          for (String body : received(denied.get("Errors"))) {
            JsonNode error = new ObjectMapper().readTree(body);
            assertThat(error.path("base64OriginalPayload").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(MESSAGE.getBytes()));
            assertThat(error.path("topic").asText()).isEqualTo("journey/denied");
            assertThat(error.path("clientId").asText()).isEqualTo("sender");
            failures.put(
                error.path("ruleName").asText(),
                error.at("/failures/0/failedAction").asText()
                    + ": "
                    + error.at("/failures/0/errorMessage").asText());
          }
          return failures.size();
        },
        found -> found == 13);

    denies(failures, "lambda", "LambdaAction", "lambda:InvokeFunction");
    denies(failures, "sqs", "SqsAction", "sqs:SendMessage");
    denies(failures, "sns", "SnsAction", "sns:Publish");
    denies(failures, "dynamoDB", "DynamoDBAction", "dynamodb:PutItem");
    denies(failures, "dynamoDBv2", "DynamoDBv2Action", "dynamodb:PutItem");
    denies(failures, "republish", "RepublishAction", "iot:Publish");
    denies(failures, "s3", "S3Action", "s3:PutObject");
    denies(failures, "kinesis", "KinesisAction", "kinesis:PutRecord");
    assertThat(failures.get("denied_http")).startsWith("HttpAction: ").contains("403");
    denies(failures, "firehose", "FirehoseAction", "firehose:PutRecord");
    denies(failures, "cloudwatchMetric", "CloudwatchMetricAction", "cloudwatch:PutMetricData");
    denies(failures, "cloudwatchAlarm", "CloudwatchAlarmAction", "cloudwatch:SetAlarmState");
    denies(failures, "cloudwatchLogs", "CloudwatchLogsAction", "logs:");
  }

  /// As AWS's own log has it: one trace id from the publish to the last action.
  @Test
  void theLogFollowsAMessageByItsTraceId() throws Exception {
    List<JsonNode> entries =
        soon(
            () -> entries("granted"),
            found -> found.stream().filter(e -> e.path("ruleAction").isTextual()).count() == 13);

    assertThat(entries)
        .extracting(e -> e.path("traceId").asText())
        .containsOnly(entries.getFirst().path("traceId").asText());
    assertThat(entries.getFirst().path("eventType").asText()).isEqualTo("Publish-In");
    assertThat(entries)
        .filteredOn(e -> e.path("ruleName").asText().equals("granted_republish"))
        .extracting(e -> e.path("eventType").asText())
        .containsExactly("RuleMatch", "StartingRuleExecution", "RuleExecution");
    assertThat(entries)
        .filteredOn(e -> e.path("ruleAction").asText().equals("RepublishAction"))
        .extracting(e -> e.at("/resources/RepublishTopic").asText())
        .containsExactly("again/granted");
    var denials =
        soon(
            () -> entries("denied"),
            found -> found.stream().filter(e -> e.path("ruleAction").isTextual()).count() == 13);
    assertThat(denials)
        .filteredOn(e -> e.path("ruleAction").asText().equals("S3Action"))
        .singleElement()
        .satisfies(e -> {
          assertThat(e.path("status").asText()).isEqualTo("Failure");
          assertThat(e.path("details").asText()).contains("s3:PutObject");
        });
  }

  private List<JsonNode> entries(String grant) throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    var found = aws.run("logs", "filter-log-events", "--log-group-name", "AWSIotLogsV2");
    if (found.exitCode() == 0) {
      for (JsonNode event : new ObjectMapper().readTree(found.output()).path("events")) {
        JsonNode entry = new ObjectMapper().readTree(event.path("message").asText());
        if (entry.path("topicName").asText().equals("journey/" + grant)) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  @Test
  void whatRanAndWhatFailedIsCountedForEachRule() {
    for (String metric : List.of("Failure", "ErrorActionSuccess")) {
      var action = metric.equals("Failure") ? "S3Action" : "SqsAction";
      soon(() -> counted(metric, "denied_s3", action), count -> count == 1);
    }
    soon(() -> counted("Success", "granted_s3", "S3Action"), count -> count == 1);
  }

  private double counted(String metric, String rule, String action) {
    var now = Instant.now();
    return aws.json(
            "cloudwatch",
            "get-metric-statistics",
            "--namespace",
            "AWS/IoT",
            "--metric-name",
            metric,
            "--dimensions",
            "Name=RuleName,Value=" + rule,
            "Name=ActionType,Value=" + action,
            "--statistics",
            "Sum",
            "--period",
            "7200",
            "--start-time",
            now.minus(1, ChronoUnit.HOURS).toString(),
            "--end-time",
            now.plus(1, ChronoUnit.HOURS).toString())
        .at("/Datapoints/0/Sum")
        .asDouble();
  }

  @Test
  void withPermissionNoErrorActionRan() {
    sqsHoldsTheMessage();

    assertThat(received(granted.get("Errors"))).isEmpty();
  }

  private static void denies(
      Map<String, String> failures, String rule, String action, String permission) {
    assertThat(failures.get("denied_" + rule))
        .as(rule)
        .startsWith(action + ": ")
        .contains("is not authorized to perform: " + permission);
  }

  private <T> T soon(Await.Question<T> question, Predicate<T> wanted) {
    return Await.until("the action's trace", SOON, question, wanted);
  }

  private JsonNode item(int sort) {
    var key = "{\"pk\":{\"S\":\"m1\"},\"sk\":{\"N\":\"" + sort + "\"}}";
    return soon(
        () -> {
          var answer =
              aws.says("dynamodb", "get-item", "--table-name", granted.get("Table"), "--key", key);
          return new ObjectMapper().readTree(answer.isBlank() ? "{}" : answer).path("Item");
        },
        found -> !found.isEmpty());
  }

  private String logged(String group) {
    var found = aws.run("logs", "filter-log-events", "--log-group-name", group);
    return found.exitCode() == 0 ? found.output().replace("\\\"", "\"") : "";
  }

  /// What the queue has now; it stays invisible to the next who asks.
  private List<String> received(String queue) {
    List<String> bodies = new ArrayList<>();
    var answer =
        aws.says(
            "sqs",
            "receive-message",
            "--queue-url",
            queue,
            "--max-number-of-messages",
            "10",
            "--visibility-timeout",
            "0");
    if (!answer.isBlank()) {
      try {
        for (JsonNode message : new ObjectMapper().readTree(answer).path("Messages")) {
          bodies.add(message.path("Body").asText());
        }
      } catch (IOException e) {
        throw new AssertionError(answer, e);
      }
    }
    return bodies;
  }

  private Map<String, String> deploy(String grant) {
    var template = Path.of("src/test/resources/rules-journey.yaml").toAbsolutePath();
    aws.says(
        "cloudformation",
        "deploy",
        "--stack-name",
        grant,
        "--template-file",
        template.toString(),
        "--capabilities",
        "CAPABILITY_IAM",
        "--parameter-overrides",
        "Grant=" + grant,
        "CodeBucket=code",
        "Web=" + web.url());
    Map<String, String> outputs = new HashMap<>();
    for (JsonNode output :
        aws.json("cloudformation", "describe-stacks", "--stack-name", grant)
            .at("/Stacks/0/Outputs")) {
      outputs.put(output.path("OutputKey").asText(), output.path("OutputValue").asText());
    }
    return outputs;
  }

  /// The web server confirms when it is asked to, as its owner would have it do.
  private void confirmDestination() {
    var wanted = "{\"httpUrlConfiguration\":{\"confirmationUrl\":\"" + web.url() + "\"}}";
    var arn =
        aws.json("iot", "create-topic-rule-destination", "--destination-configuration", wanted)
            .at("/topicRuleDestination/arn")
            .asText();
    soon(
        () ->
            aws.json("iot", "get-topic-rule-destination", "--arn", arn)
                .at("/topicRuleDestination/status")
                .asText(),
        status -> status.equals("ENABLED"));
  }

  private Path function() throws IOException {
    var name = RecordingFunction.class.getName().replace('.', '/') + ".class";
    Path zip = folder.resolve("function.zip");
    try (var out = new JarOutputStream(Files.newOutputStream(zip));
        var code = RecordingFunction.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      assertThat(code).isNotNull().satisfies(in -> in.transferTo(out));
      out.closeEntry();
    }
    return zip;
  }

  private void certificate() throws IOException {
    var policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:*\","
            + "\"Resource\":\"*\"}]}";
    aws.says("iot", "create-policy", "--policy-name", "all", "--policy-document", policy);
    var certificate =
        aws.json(
                "iot",
                "create-keys-and-certificate",
                "--set-as-active",
                "--certificate-pem-outfile",
                folder.resolve("cert.pem").toString(),
                "--private-key-outfile",
                folder.resolve("key.pem").toString())
            .path("certificateArn")
            .asText();
    aws.says("iot", "attach-policy", "--policy-name", "all", "--target", certificate);
    try (var ca = stack.endpoint().resolve("/_local/ca.pem").toURL().openStream()) {
      Files.copy(ca, folder.resolve("ca.pem"));
    }
  }

  private void publish(String topic) {
    var sent =
        Program.run(
            folder, Map.of(), SOON, mosquitto("mosquitto_pub", "sender", topic, "-m", MESSAGE));
    assertThat(sent.exitCode()).as(sent.output()).isZero();
  }

  /// Ends with the first message; subscribed when this returns.
  private Program watch(String topic) {
    var watcher =
        Program.start(
            folder, Map.of(), mosquitto("mosquitto_sub", "watcher", topic, "-C", "1", "-d"));
    watcher.line(line -> line.contains("SUBACK"), SOON);
    return watcher;
  }

  private List<String> mosquitto(String program, String id, String topic, String... more) {
    // Mosquitto keeps back what it says to a pipe.
    List<String> line = new ArrayList<>(List.of("stdbuf", "-oL", program, "-h", "localhost"));
    line.addAll(List.of("-V", "mqttv5"));
    line.addAll(List.of("-p", String.valueOf(stack.mqttPort()), "-i", id, "-q", "1", "-t", topic));
    line.addAll(List.of("--cafile", "ca.pem", "--cert", "cert.pem", "--key", "key.pem"));
    line.addAll(List.of(more));
    return line;
  }
}
