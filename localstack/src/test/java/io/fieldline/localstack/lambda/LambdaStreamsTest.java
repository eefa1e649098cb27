// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static io.fieldline.localstack.lambda.LambdaBench.OWNER;
import static io.fieldline.localstack.lambda.LambdaBench.eventually;
import static io.fieldline.localstack.lambda.LambdaBench.queueArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.sqs.model.Message;

/// Functions that are fed from a stream.
class LambdaStreamsTest {
  private static final String[] READER = {
    "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListShards"
  };
  private static final String TEMPLATE =
      """
      {"Resources":{
        "Readings":{"Type":"AWS::Kinesis::Stream",
          "Properties":{"Name":"declared","ShardCount":1,"RetentionPeriodHours":48,
            "Tags":[{"Key":"of","Value":"test"}]}},
        "Feed":{"Type":"AWS::Lambda::EventSourceMapping",
          "Properties":{"EventSourceArn":{"Fn::GetAtt":["Readings","Arn"]},
            "FunctionName":"declared","StartingPosition":"TRIM_HORIZON","BatchSize":10,
            "MaximumRetryAttempts":3,"BisectBatchOnFunctionError":true}}},
       "Outputs":{"Arn":{"Value":{"Fn::GetAtt":["Readings","Arn"]}}}}
      """;
  private static LambdaBench bench;
  private static KinesisClient kinesis;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    bench = new LambdaBench(READER[0], READER[1], READER[2], READER[3], "sqs:SendMessage");
    kinesis = bench.client(KinesisClient.builder(), OWNER);
  }

  @AfterAll
  static void close() {
    kinesis.close();
    bench.close();
  }

  private static String arn(String stream) {
    return "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream;
  }

  private static void put(KinesisClient client, String stream, String... texts) {
    for (String text : texts) {
      client.putRecord(
          r -> r.streamName(stream).partitionKey("pump").data(SdkBytes.fromUtf8String(text)));
    }
  }

  private static void stream(String name, String... texts) {
    kinesis.createStream(r -> r.streamName(name).shardCount(2));
    put(kinesis, name, texts);
  }

  private void deploy(LambdaBench where, String function) {
    where.deploy(
        function,
        f -> f.environment(e -> e.variables(Map.of("SEEN", folder.resolve(function).toString()))));
  }

  /// A function and a stream of one name, and between them a mapping from the oldest record on.
  private String map(String name, Consumer<CreateEventSourceMappingRequest.Builder> settings) {
    deploy(bench, name);
    return bench
        .lambda
        .createEventSourceMapping(r -> {
          r.eventSourceArn(arn(name))
              .functionName(name)
              .startingPosition(EventSourcePosition.TRIM_HORIZON);
          settings.accept(r);
        })
        .uuid();
  }

  private List<String> seen(String function) {
    return text(folder.resolve(function)).lines().toList();
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode told(String queue) throws IOException {
    Message message =
        bench
            .sqs
            .receiveMessage(r ->
                r.queueUrl(bench.stack.endpoint() + "/000000000000/" + queue).waitTimeSeconds(20))
            .messages()
            .getFirst();
    return new ObjectMapper().readTree(message.body());
  }

  /// A record takes no header along, and its step knows it all the same.
  @Test
  void theWayOfARecordGoesOnInTheFunction() throws Exception {
    map("tied", "x");
    String call = "kinesis:PutRecord";
    JsonNode way =
        eventually(
            () -> way(call, "record in tied"),
            w ->
                w.path("steps").findValuesAsText("kind").contains("invocation")
                    && !w.path("outcome").asText().equals("running"));

    assertThat(way.path("steps").findValuesAsText("name"))
        .containsSubsequence(call, "record in tied", "tied");
    assertThat(way.path("steps").findValuesAsText("outcome")).containsOnly("ok");
  }

  private void map(String name, String text) {
    kinesis.createStream(r -> r.streamName(name).shardCount(1));
    map(name, r -> {});
    put(kinesis, name, text);
  }

  /// The way of this name that has a step of that one.
  private static JsonNode way(String name, String step) {
    JsonNode none = new ObjectMapper().createObjectNode();
    for (JsonNode way : get("/_local/ways?limit=1000").path("ways")) {
      if (way.path("name").asText().equals(name)) {
        JsonNode whole = get("/_local/ways/" + way.path("id").asText());
        if (whole.path("steps").findValuesAsText("name").contains(step)) {
          return whole;
        }
      }
    }
    return none;
  }

  private static JsonNode get(String path) {
    try (var answer = bench.stack.endpoint().resolve(path).toURL().openStream()) {
      return new ObjectMapper().readTree(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theRecordsOfAShardComeInTheirOrderInAwssForm() throws Exception {
    stream("plain", "a", "b", "c");

    String uuid = map("plain", r -> {});

    eventually(() -> seen("plain"), s -> s.size() == 3);
    assertThat(seen("plain")).containsExactly("a", "b", "c");
    JsonNode record =
        new ObjectMapper().readTree(text(folder.resolve("plain.event"))).path("Records").path(0);
    assertThat(record.path("eventSource").asText()).isEqualTo("aws:kinesis");
    assertThat(record.path("eventName").asText()).isEqualTo("aws:kinesis:record");
    assertThat(record.path("eventVersion").asText()).isEqualTo("1.0");
    assertThat(record.path("eventSourceARN").asText()).isEqualTo(arn("plain"));
    assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(record.path("invokeIdentityArn").asText())
        .isEqualTo("arn:aws:iam::000000000000:role/probe");
    JsonNode own = record.path("kinesis");
    assertThat(record.path("eventID").asText())
        .matches("shardId-00000000000[01]:" + own.path("sequenceNumber").asText());
    assertThat(own.path("kinesisSchemaVersion").asText()).isEqualTo("1.0");
    assertThat(own.path("partitionKey").asText()).isEqualTo("pump");
    assertThat(own.path("data").asText()).isEqualTo("YQ==");
    assertThat(own.path("approximateArrivalTimestamp").isNumber()).isTrue();
    var mapping = bench.lambda.getEventSourceMapping(r -> r.uuid(uuid));
    assertThat(mapping.startingPosition()).isEqualTo(EventSourcePosition.TRIM_HORIZON);
    assertThat(mapping.batchSize()).isEqualTo(100);
    assertThat(mapping.maximumRetryAttempts()).isEqualTo(-1);
    assertThat(mapping.parallelizationFactor()).isEqualTo(1);
  }

  @Test
  void whatCameBeforeIsNotOfLatest() {
    stream("latest", "before");
    bench.stack.clock().advance(Duration.ofSeconds(1));
    deploy(bench, "latest");
    bench.lambda.createEventSourceMapping(r ->
        r.eventSourceArn(arn("latest"))
            .functionName("latest")
            .startingPosition(EventSourcePosition.LATEST));

    put(kinesis, "latest", "after");

    eventually(() -> seen("latest"), s -> !s.isEmpty());
    assertThat(seen("latest")).containsExactly("after");
  }

  @Test
  void fromTheFirstRecordThatFailedOnTheyComeAgainThenAreGivenUp() throws Exception {
    bench.queue("skipped", Map.of());
    stream("partial", "a", "bad", "c");

    map(
        "partial",
        r ->
            r.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                .maximumRetryAttempts(1)
                .destinationConfig(d -> d.onFailure(f -> f.destination(queueArn("skipped")))));

    JsonNode record = told("skipped");
    put(kinesis, "partial", "d");
    eventually(() -> seen("partial"), s -> s.contains("d"));
    assertThat(seen("partial")).containsExactly("a", "bad", "c", "bad", "c", "d");
    assertThat(record.path("requestContext").path("condition").asText())
        .isEqualTo("RetryAttemptsExhausted");
    assertThat(record.path("requestContext").path("approximateInvokeCount").asInt()).isEqualTo(2);
    assertThat(record.path("requestContext").path("functionArn").asText())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:partial");
    JsonNode batch = record.path("KinesisBatchInfo");
    assertThat(batch.path("batchSize").asInt()).isEqualTo(2);
    assertThat(batch.path("streamArn").asText()).isEqualTo(arn("partial"));
    assertThat(batch.path("startSequenceNumber").asText())
        .isLessThan(batch.path("endSequenceNumber").asText());
  }

  @Test
  void aBatchIsHalvedUntilOnlyTheOneThatFailsIsLeft() throws Exception {
    bench.queue("poisoned", Map.of());
    stream("halved", "a", "b", "poison", "c");

    map(
        "halved",
        r ->
            r.bisectBatchOnFunctionError(true)
                .maximumRetryAttempts(0)
                .destinationConfig(d -> d.onFailure(f -> f.destination(queueArn("poisoned")))));

    JsonNode record = told("poisoned");
    eventually(() -> seen("halved"), s -> s.contains("c"));
    assertThat(record.path("KinesisBatchInfo").path("batchSize").asInt()).isEqualTo(1);
    assertThat(record.path("responseContext").path("functionError").asText())
        .isEqualTo("Unhandled");
    assertThat(seen("halved"))
        .containsExactly("a", "b", "poison", "a", "b", "poison", "poison", "c");
  }

  @Test
  void aRecordThatIsTooOldIsGivenUp() throws Exception {
    bench.queue("aged", Map.of());
    stream("old", "poison");

    map(
        "old",
        r ->
            r.maximumRecordAgeInSeconds(60)
                .destinationConfig(d -> d.onFailure(f -> f.destination(queueArn("aged")))));
    eventually(() -> seen("old"), s -> !s.isEmpty());
    bench.stack.clock().advance(Duration.ofSeconds(61));

    assertThat(told("aged").path("requestContext").path("condition").asText())
        .isEqualTo("RecordAgeExceeded");
  }

  @Test
  void aWindowGathersABatch() {
    stream("gathered", "a");
    map("gathered", r -> r.maximumBatchingWindowInSeconds(300).batchSize(3));

    put(kinesis, "gathered", "b", "c");

    eventually(() -> seen("gathered"), s -> s.size() == 3);
    assertThat(text(folder.resolve("gathered.event"))).contains("\"YQ==\"", "\"Yg==\"", "\"Yw==\"");
  }

  @Test
  void aTemplateMakesAStreamAndFeedsAFunctionFromIt() throws Exception {
    deploy(bench, "declared");
    try (var stacks = bench.client(CloudFormationClient.builder(), OWNER)) {
      stacks.createStack(r -> r.stackName("fed").templateBody(TEMPLATE));
      eventually(() -> status(stacks), "CREATE_COMPLETE"::equals);
      var outputs = stacks.describeStacks(r -> r.stackName("fed")).stacks().getFirst().outputs();
      assertThat(outputs).extracting(o -> o.outputValue()).containsExactly(arn("declared"));
      assertThat(
              kinesis
                  .describeStreamSummary(r -> r.streamName("declared"))
                  .streamDescriptionSummary()
                  .retentionPeriodHours())
          .isEqualTo(48);

      put(kinesis, "declared", "from the template");

      eventually(() -> seen("declared"), s -> !s.isEmpty());
      stacks.updateStack(r ->
          r.stackName("fed")
              .templateBody(
                  TEMPLATE.replace("48", "24").replace("\"BatchSize\":10", "\"BatchSize\":20")));
      eventually(() -> status(stacks), "UPDATE_COMPLETE"::equals);
      assertThat(
              bench
                  .lambda
                  .listEventSourceMappings(r -> r.functionName("declared"))
                  .eventSourceMappings())
          .extracting(m -> m.batchSize())
          .containsExactly(20);
      stacks.deleteStack(r -> r.stackName("fed"));
    }
    eventually(() -> kinesis.listStreams().streamNames(), names -> !names.contains("declared"));
  }

  private static String status(CloudFormationClient stacks) {
    return stacks.describeStacks(r -> r.stackName("fed")).stacks().getFirst().stackStatusAsString();
  }

  @Test
  void aMappingThatCannotWorkIsRefused() {
    stream("strict");
    bench.deploy("strict", f -> {});

    assertThatThrownBy(() -> create("strict", r -> {}))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("StartingPosition is required");
    assertThatThrownBy(() -> create("strict", r -> r.startingPosition("AT_TIMESTAMP")))
        .hasMessageContaining("StartingPositionTimestamp is required");
    assertThatThrownBy(
            () -> create("strict", r -> r.startingPosition("LATEST").parallelizationFactor(2)))
        .hasMessageContaining("ParallelizationFactor");
    assertThatThrownBy(
            () -> create("strict", r -> r.startingPosition("LATEST").maximumRecordAgeInSeconds(30)))
        .hasMessageContaining("MaximumRecordAgeInSeconds: expected -1 or 60 to 604800, got 30");
    assertThatThrownBy(() -> create("nowhere", r -> r.startingPosition("LATEST")))
        .hasMessageContaining("Stream not found: " + arn("nowhere"));
  }

  private static void create(
      String stream, Consumer<CreateEventSourceMappingRequest.Builder> settings) {
    bench.lambda.createEventSourceMapping(r -> {
      r.eventSourceArn(arn(stream)).functionName("strict");
      settings.accept(r);
    });
  }

  @Test
  void aRoleThatMayNotReadTheStreamIsToldSo() {
    try (var narrow = new LambdaBench(READER[0], READER[1], READER[2]);
        var streams = narrow.client(KinesisClient.builder(), OWNER)) {
      streams.createStream(r -> r.streamName("closed").shardCount(1));
      narrow.deploy("narrow", f -> {});

      assertThatThrownBy(() ->
              narrow.lambda.createEventSourceMapping(r ->
                  r.eventSourceArn(arn("closed"))
                      .functionName("narrow")
                      .startingPosition(EventSourcePosition.LATEST)))
          .isInstanceOf(InvalidParameterValueException.class)
          .hasMessageContaining("Cannot access stream " + arn("closed"));
    }
  }

  @Test
  void afterARestartReadingGoesOnWhereItWas() {
    var options = LocalStackOptions.forTest().withData(folder.resolve("data"));
    try (var first = new LambdaBench(LocalStack.start(options));
        var streams = first.client(KinesisClient.builder(), OWNER)) {
      first.createRole(READER);
      streams.createStream(r -> r.streamName("kept").shardCount(1));
      deploy(first, "kept");
      put(streams, "kept", "one");
      first.lambda.createEventSourceMapping(r ->
          r.eventSourceArn(arn("kept"))
              .functionName("kept")
              .startingPosition(EventSourcePosition.TRIM_HORIZON));
      eventually(() -> seen("kept"), s -> !s.isEmpty());
      // The next batch is asked for when this one is done with.
      put(streams, "kept", "two");
      eventually(() -> seen("kept"), s -> s.size() == 2);
      put(streams, "kept", "three");
      eventually(() -> seen("kept"), s -> s.size() == 3);
    }

    try (var second = new LambdaBench(LocalStack.start(options));
        var streams = second.client(KinesisClient.builder(), OWNER)) {
      put(streams, "kept", "four");
      eventually(() -> seen("kept"), s -> s.contains("four"));
      assertThat(seen("kept")).containsSubsequence("one", "two", "three", "four");
      assertThat(seen("kept").stream().filter("one"::equals)).hasSize(1);
    }
  }
}
