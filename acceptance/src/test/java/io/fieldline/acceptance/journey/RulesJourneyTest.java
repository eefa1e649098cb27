// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.acceptance.pipeline.AwsCommand;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.model.Message;

/// Every rule action, by one message of `mosquitto_pub`: with its permission it does what it says,
/// without it the error action runs.
///
/// Awaited with the SDK and then seen once through the AWS command line, of which every start costs
/// a second.
@Order(30)
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesJourneyTest {
  private static final String MESSAGE = "{\"id\":\"m1\",\"n\":21.5}";
  private static final Duration SOON = Duration.ofSeconds(60);

  private final LocalStack stack = LocalStack.start();
  private final WebServer web = new WebServer();
  private final Map<String, String> granted = new HashMap<>();
  private final Map<String, String> denied = new HashMap<>();
  private Path folder = Path.of("");
  private final AwsClients sdk = new AwsClients(stack.endpoint());
  private final CloudWatchClient cloudWatch = sdk.client(CloudWatchClient.builder());
  private final CloudWatchLogsClient logs = sdk.client(CloudWatchLogsClient.builder());
  private final S3Client s3 = sdk.client(S3Client.builder().forcePathStyle(true));
  private AwsCommand aws = new AwsCommand(stack.endpoint(), folder);
  private String republished = "";

  @BeforeAll
  void deployAndPublish(@TempDir Path temporary) throws Exception {
    folder = temporary;
    aws = new AwsCommand(stack.endpoint(), folder);
    certificate();
    s3.createBucket(create -> create.bucket("code"));
    s3.putObject(put -> put.bucket("code").key("function.zip"), function());
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
    sdk.close();
    web.close();
    stack.close();
  }

  @Test
  void lambdaIsInvoked() {
    var group = "/aws/lambda/" + granted.get("Function");
    soon(() -> logged(group), lines -> lines.contains("called with"));

    var events = aws.json("logs", "filter-log-events", "--log-group-name", group).path("events");
    assertThat(events.findValuesAsText("message"))
        .anyMatch(line -> line.contains("{id=m1, n=21.5, topic=journey/granted}"));
  }

  @Test
  void sqsHoldsTheMessage() {
    var queue = granted.get("Queue");
    soon(() -> received(queue), found -> !found.isEmpty());

    var answer =
        aws.json("sqs", "receive-message", "--queue-url", queue, "--visibility-timeout", "0");
    assertThat(answer.path("Messages").findValuesAsText("Body"))
        .containsExactly("{\"id\":\"m1\",\"twice\":43}");
  }

  @Test
  void snsHandsTheMessageToItsSubscribers() {
    assertThat(soon(() -> received(granted.get("SubscribedQueue")), found -> !found.isEmpty()))
        .containsExactly("{\"id\":\"m1\"}");
  }

  @Test
  void dynamoDbHoldsThePayloadInOneField() {
    assertThat(item(1).get("payload").m())
        .isEqualTo(Map.of("id", AttributeValue.fromS("m1"), "n", AttributeValue.fromN("21.5")));
  }

  @Test
  void dynamoDbV2HoldsAnAttributeAKey() {
    assertThat(item(2).get("n")).isEqualTo(AttributeValue.fromN("21.5"));

    var key = "{\"pk\":{\"S\":\"m1\"},\"sk\":{\"N\":\"2\"}}";
    var seen = aws.json("dynamodb", "get-item", "--table-name", granted.get("Table"), "--key", key);
    assertThat(seen.at("/Item/n/N").asText()).isEqualTo("21.5");
  }

  @Test
  void republishReachesASubscriber() {
    assertThat(republished).contains("{\"id\":\"m1\",\"traced\":true}");
  }

  @Test
  void s3HoldsTheObject() {
    soon(() -> objects("messages/"), found -> !found.isEmpty());

    var object = "s3://" + granted.get("Bucket") + "/messages/m1.json";
    assertThat(aws.says("s3", "cp", "--quiet", object, "-").strip()).isEqualTo(MESSAGE);
  }

  @Test
  void kinesisHoldsTheRecord() {
    var kinesis = sdk.client(KinesisClient.builder());
    var stream = granted.get("Stream");
    var shard = kinesis.listShards(list -> list.streamName(stream)).shards().getFirst().shardId();
    var from =
        kinesis
            .getShardIterator(get ->
                get.streamName(stream)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    var records =
        soon(
            () -> kinesis.getRecords(get -> get.shardIterator(from)).records(),
            found -> !found.isEmpty());

    assertThat(records.getFirst().data().asUtf8String()).isEqualTo("{\"id\":\"m1\"}");
    assertThat(records.getFirst().partitionKey()).isEqualTo("m1");
  }

  @Test
  void firehoseDeliversToItsBucket() {
    var key = soon(() -> objects("delivered/"), found -> !found.isEmpty()).getFirst();

    var delivered = s3.getObjectAsBytes(get -> get.bucket(granted.get("Bucket")).key(key));
    assertThat(delivered.asUtf8String()).isEqualTo("{\"id\":\"m1\"}\n");
  }

  @Test
  void httpReachesTheWebServer() {
    var taken = soon(() -> web.taken("/granted/m1"), found -> !found.isEmpty());
    assertThat(taken).containsExactly("sender: {\"id\":\"m1\"}");
  }

  @Test
  void cloudWatchHoldsTheMetric() {
    soon(() -> sum("Journey", "granted", List.of()), found -> found > 0);

    var now = Instant.now();
    var points =
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
            .path("Datapoints");
    assertThat(points.at("/0/Sum").asDouble()).isEqualTo(21.5);
  }

  @Test
  void cloudWatchLogsHoldTheMessage() {
    var lines = soon(() -> logged(granted.get("Messages")), found -> !found.isEmpty());
    assertThat(lines).contains("{\"id\":\"m1\"}");
  }

  @Test
  void theAlarmIsInItsNewState() {
    var name = granted.get("Alarm");
    soon(
        () -> cloudWatch.describeAlarms(describe -> describe.alarmNames(name)).metricAlarms(),
        found -> found.getFirst().stateValue() == StateValue.ALARM);

    var alarm = aws.json("cloudwatch", "describe-alarms", "--alarm-names", name);
    assertThat(alarm.at("/MetricAlarms/0/StateReason").asText()).isEqualTo("message m1");
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
    for (String line : lines("AWSIotLogsV2")) {
      JsonNode entry = new ObjectMapper().readTree(line);
      if (entry.path("topicName").asText().equals("journey/" + grant)) {
        entries.add(entry);
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
    return sum(
        "AWS/IoT", metric, List.of(dimension("RuleName", rule), dimension("ActionType", action)));
  }

  private static Dimension dimension(String name, String value) {
    return Dimension.builder().name(name).value(value).build();
  }

  /// Of the last hour and the next; 0 where nothing was counted.
  private double sum(String namespace, String metric, List<Dimension> dimensions) {
    var now = Instant.now();
    return cloudWatch
        .getMetricStatistics(get ->
            get.namespace(namespace)
                .metricName(metric)
                .dimensions(dimensions)
                .statistics(Statistic.SUM)
                .period(7200)
                .startTime(now.minus(1, ChronoUnit.HOURS))
                .endTime(now.plus(1, ChronoUnit.HOURS)))
        .datapoints()
        .stream()
        .mapToDouble(Datapoint::sum)
        .sum();
  }

  @Test
  void withPermissionNoErrorActionRan() {
    soon(() -> received(granted.get("Queue")), found -> !found.isEmpty());

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

  private Map<String, AttributeValue> item(int sort) {
    var key = Map.of("pk", AttributeValue.fromS("m1"), "sk", AttributeValue.fromN("" + sort));
    return soon(
        () -> sdk.dynamoDb().getItem(get -> get.tableName(granted.get("Table")).key(key)).item(),
        found -> !found.isEmpty());
  }

  private List<String> objects(String prefix) {
    return s3
        .listObjectsV2(list -> list.bucket(granted.get("Bucket")).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  private String logged(String group) {
    return String.join("\n", lines(group));
  }

  /// None while the group is not there yet.
  private List<String> lines(String group) {
    try {
      return logs.filterLogEventsPaginator(filter -> filter.logGroupName(group)).events().stream()
          .map(FilteredLogEvent::message)
          .toList();
    } catch (ResourceNotFoundException _) {
      return List.of();
    }
  }

  /// What the queue has now; it stays visible to the next who asks.
  private List<String> received(String queue) {
    return sdk
        .sqs()
        .receiveMessage(
            receive -> receive.queueUrl(queue).maxNumberOfMessages(10).visibilityTimeout(0))
        .messages()
        .stream()
        .map(Message::body)
        .toList();
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
    return sdk
        .client(CloudFormationClient.builder())
        .describeStacks(describe -> describe.stackName(grant))
        .stacks()
        .getFirst()
        .outputs()
        .stream()
        .collect(Collectors.toMap(Output::outputKey, Output::outputValue));
  }

  /// The web server confirms when it is asked to, as its owner would have it do.
  private void confirmDestination() {
    var arn =
        sdk.iot()
            .createTopicRuleDestination(create ->
                create.destinationConfiguration(destination ->
                    destination.httpUrlConfiguration(http -> http.confirmationUrl(web.url()))))
            .topicRuleDestination()
            .arn();
    soon(
        () -> sdk.iot().getTopicRuleDestination(get -> get.arn(arn)).topicRuleDestination(),
        found -> found.status() == TopicRuleDestinationStatus.ENABLED);
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
    sdk.iot().createPolicy(create -> create.policyName("all").policyDocument(policy));
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
    sdk.iot().attachPolicy(attach -> attach.policyName("all").target(certificate));
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
