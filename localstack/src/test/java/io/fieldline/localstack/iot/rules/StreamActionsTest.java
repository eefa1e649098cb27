// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.InvalidRequestException;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Rules that put what they select into a stream, on a whole stack.
class StreamActionsTest {
  private static LocalStack stack;
  private static IotClient iot;
  private static IotDataPlaneClient data;
  private static KinesisClient kinesis;
  private static FirehoseClient firehose;
  private static S3Client s3;
  private static SqsClient sqs;
  private static IamClient iam;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    iot = with(IotClient.builder());
    data = with(IotDataPlaneClient.builder());
    kinesis = with(KinesisClient.builder());
    firehose = with(FirehoseClient.builder());
    s3 = with(S3Client.builder().forcePathStyle(true));
    sqs = with(SqsClient.builder());
    iam = with(IamClient.builder());
  }

  @AfterAll
  static void stop() {
    List.of(iot, data, kinesis, firehose, s3, sqs, iam).forEach(client -> client.close());
    stack.close();
  }

  private static <C, B extends AwsClientBuilder<B, C>> C with(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .build();
  }

  private static String role(String name, String... actions) {
    iam.createRole(r ->
        r.roleName(name)
            .assumeRolePolicyDocument(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                "Principal":{"Service":["iot.amazonaws.com","firehose.amazonaws.com"]},"Action":"sts:AssumeRole"}]}\
                """));
    iam.putRolePolicy(r ->
        r.roleName(name)
            .policyName("p")
            .policyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"%s\"],\"Resource\":\"*\"}]}"
                    .formatted(String.join("\",\"", actions))));
    return "arn:aws:iam::000000000000:role/" + name;
  }

  private static void publish(String topic, String payload) {
    data.publish(r -> r.topic(topic).payload(SdkBytes.fromUtf8String(payload)));
  }

  private static <T> T eventually(Supplier<T> look, Predicate<T> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    T seen = look.get();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("time, with " + seen).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      seen = look.get();
    }
    return seen;
  }

  private static List<Record> records(String stream) {
    String iterator =
        kinesis
            .getShardIterator(r ->
                r.streamName(stream)
                    .shardId("shardId-000000000000")
                    .shardIteratorType("TRIM_HORIZON"))
            .shardIterator();
    return kinesis.getRecords(r -> r.shardIterator(iterator)).records();
  }

  private static JsonNode failure(String queueUrl) throws Exception {
    String body =
        sqs.receiveMessage(r -> r.queueUrl(queueUrl).waitTimeSeconds(10))
            .messages()
            .getFirst()
            .body();
    return new ObjectMapper().readTree(body);
  }

  private static Action toQueue(String url, String role) {
    return Action.builder().sqs(s -> s.queueUrl(url).roleArn(role).useBase64(false)).build();
  }

  private static Action toStream(String stream, String key, String role) {
    return Action.builder()
        .kinesis(k -> k.streamName(stream).partitionKey(key).roleArn(role))
        .build();
  }

  @Test
  void theResultIsOneRecordUnderTheKeyThatTheTemplateGives() {
    kinesis.createStream(r -> r.streamName("readings").shardCount(1));
    String role = role("to-readings", "kinesis:PutRecord");
    iot.createTopicRule(r ->
        r.ruleName("readings")
            .topicRulePayload(p ->
                p.sql("SELECT t AS temperature FROM 'k/+'")
                    .awsIotSqlVersion("2016-03-23")
                    .actions(toStream("${topic(1)}readings", "${topic(2)}", role))));
    kinesis.createStream(r -> r.streamName("kreadings").shardCount(1));

    publish("k/pump", "{\"t\":21.5}");

    Record record = eventually(() -> records("kreadings"), r -> !r.isEmpty()).getFirst();
    assertThat(record.data().asUtf8String()).isEqualTo("{\"temperature\":21.5}");
    assertThat(record.partitionKey()).isEqualTo("pump");
  }

  @Test
  void withoutThePermissionTheErrorActionIsToldSo() throws Exception {
    kinesis.createStream(r -> r.streamName("closed").shardCount(1));
    String url = sqs.createQueue(r -> r.queueName("closed")).queueUrl();
    String role = role("no-stream", "sqs:SendMessage");
    iot.createTopicRule(r ->
        r.ruleName("closed")
            .topicRulePayload(p ->
                p.sql("SELECT * FROM 'closed/+'")
                    .actions(toStream("closed", "${topic(2)}", role))
                    .errorAction(toQueue(url, role))));

    publish("closed/pump", "{\"t\":1}");

    JsonNode document = failure(url);
    assertThat(document.path("ruleName").asText()).isEqualTo("closed");
    assertThat(document.path("base64OriginalPayload").asText()).isEqualTo("eyJ0IjoxfQ==");
    JsonNode failure = document.path("failures").path(0);
    assertThat(failure.path("failedAction").asText()).isEqualTo("KinesisAction");
    assertThat(failure.path("failedResource").asText()).isEqualTo("closed");
    assertThat(failure.path("errorMessage").asText())
        .contains("assumed-role/no-stream/closed is not authorized to perform: kinesis:PutRecord")
        .contains("arn:aws:kinesis:us-east-1:000000000000:stream/closed");
    assertThat(records("closed")).isEmpty();
  }

  @Test
  void aStreamThatIsNotThereIsAFailure() throws Exception {
    String url = sqs.createQueue(r -> r.queueName("lost")).queueUrl();
    String role = role("lost", "sqs:SendMessage", "kinesis:PutRecord");
    iot.createTopicRule(r ->
        r.ruleName("lost")
            .topicRulePayload(p ->
                p.sql("SELECT * FROM 'lost'")
                    .actions(toStream("nowhere", "k", role))
                    .errorAction(toQueue(url, role))));

    publish("lost", "{}");

    assertThat(failure(url).path("failures").path(0).path("errorMessage").asText())
        .contains("Stream nowhere under account 000000000000 not found.");
  }

  private static Action toDelivery(String stream, String separator, boolean batch, String role) {
    return Action.builder()
        .firehose(
            f -> f.deliveryStreamName(stream).separator(separator).batchMode(batch).roleArn(role))
        .build();
  }

  private static void deliver(String name, String role) {
    s3.createBucket(r -> r.bucket(name));
    firehose.createDeliveryStream(r ->
        r.deliveryStreamName(name)
            .extendedS3DestinationConfiguration(d ->
                d.roleARN(role)
                    .bucketARN("arn:aws:s3:::" + name)
                    .bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(60))));
  }

  private static String delivered(String bucket) {
    var found = s3.listObjectsV2(r -> r.bucket(bucket)).contents();
    return found.isEmpty()
        ? ""
        : s3.getObjectAsBytes(r -> r.bucket(bucket).key(found.getFirst().key())).asUtf8String();
  }

  @Test
  void theResultsGoThroughADeliveryStreamIntoOneObject() {
    String role = role("archive", "firehose:PutRecord", "firehose:PutRecordBatch", "s3:PutObject");
    deliver("archive", role);
    iot.createTopicRule(r ->
        r.ruleName("archive")
            .topicRulePayload(p ->
                p.sql("SELECT t FROM 'archive/+'")
                    .actions(toDelivery("${topic(1)}", "\n", false, role))));
    iot.createTopicRule(r ->
        r.ruleName("batches")
            .topicRulePayload(p ->
                p.sql("SELECT VALUE readings FROM 'batches'")
                    .awsIotSqlVersion("2016-03-23")
                    .actions(toDelivery("archive", "\n", true, role))));

    publish("archive/pump", "{\"t\":1}");
    publish("archive/pump", "{\"t\":2}");
    publish("batches", "{\"readings\":[{\"t\":3},{\"t\":4}]}");
    String text =
        eventually(
            () -> {
              stack.clock().advance(java.time.Duration.ofSeconds(20));
              return delivered("archive");
            },
            t -> !t.isEmpty());

    assertThat(text.lines())
        .containsExactlyInAnyOrder("{\"t\":1}", "{\"t\":2}", "{\"t\":3}", "{\"t\":4}");
    assertThat(text).endsWith("\n");
  }

  @Test
  void withoutThePermissionToPutIntoADeliveryStreamTheErrorActionIsToldSo() throws Exception {
    String role = role("no-delivery", "sqs:SendMessage");
    deliver("no-delivery", role);
    String url = sqs.createQueue(r -> r.queueName("no-delivery")).queueUrl();
    iot.createTopicRule(r ->
        r.ruleName("delivery")
            .topicRulePayload(p ->
                p.sql("SELECT * FROM 'delivery'")
                    .actions(toDelivery("no-delivery", null, false, role))
                    .errorAction(toQueue(url, role))));

    publish("delivery", "{\"t\":1}");

    JsonNode failure = failure(url).path("failures").path(0);
    assertThat(failure.path("failedAction").asText()).isEqualTo("FirehoseAction");
    assertThat(failure.path("failedResource").asText()).isEqualTo("no-delivery");
    assertThat(failure.path("errorMessage").asText())
        .contains("is not authorized to perform: firehose:PutRecord")
        .contains("arn:aws:firehose:us-east-1:000000000000:deliverystream/no-delivery");
  }

  @Test
  void aSeparatorThatAwsDoesNotHaveIsRefused() {
    assertThatThrownBy(() ->
            iot.createTopicRule(r ->
                r.ruleName("bad")
                    .topicRulePayload(p ->
                        p.sql("SELECT * FROM 'x'")
                            .actions(
                                toDelivery("d", ";", false, "arn:aws:iam::000000000000:role/x")))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("separator");
  }

  @Test
  void anActionWithoutAStreamIsRefused() {
    assertThatThrownBy(() ->
            iot.createTopicRule(r ->
                r.ruleName("bad")
                    .topicRulePayload(p ->
                        p.sql("SELECT * FROM 'x'")
                            .actions(
                                Action.builder()
                                    .kinesis(k -> k.roleArn("arn:aws:iam::000000000000:role/x"))
                                    .build()))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("kinesis");
  }
}
