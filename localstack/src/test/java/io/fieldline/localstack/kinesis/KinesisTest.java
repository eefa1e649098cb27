// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.Tag;

/// Streams by the SDK's own client, which talks CBOR.
class KinesisTest {
  private static final String FIRST = "shardId-000000000000";
  private static LocalStack stack;
  private static KinesisClient kinesis;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    kinesis = with(KinesisClient.builder(), AwsBasicCredentials.create("test", "test"));
  }

  @AfterAll
  static void stop() {
    kinesis.close();
    stack.close();
  }

  private static <C, B extends AwsClientBuilder<B, C>> C with(B builder, AwsCredentials who) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(who))
        .build();
  }

  private static void make(String stream, int shards) {
    kinesis.createStream(r -> r.streamName(stream).shardCount(shards));
  }

  private static PutRecordResponse put(String stream, String key, String text) {
    return kinesis.putRecord(
        r -> r.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(text)));
  }

  private static String iterator(GetShardIteratorRequest.Builder request) {
    return kinesis.getShardIterator(request.shardId(FIRST).build()).shardIterator();
  }

  private static GetShardIteratorRequest.Builder at(String stream, ShardIteratorType type) {
    return GetShardIteratorRequest.builder().streamName(stream).shardIteratorType(type);
  }

  private static List<String> read(String iterator) {
    return kinesis.getRecords(r -> r.shardIterator(iterator)).records().stream()
        .map(record -> record.data().asUtf8String())
        .toList();
  }

  private static String horizon(String stream) {
    return iterator(at(stream, ShardIteratorType.TRIM_HORIZON));
  }

  @Test
  void aStreamIsDescribedWithItsShardsWhichShareTheHashKeys() {
    Instant before = stack.clock().instant().minusSeconds(1);
    make("described", 3);

    var stream = kinesis.describeStream(r -> r.streamName("described")).streamDescription();

    assertThat(stream.streamARN())
        .isEqualTo("arn:aws:kinesis:us-east-1:000000000000:stream/described");
    assertThat(stream.streamStatusAsString()).isEqualTo("ACTIVE");
    assertThat(stream.retentionPeriodHours()).isEqualTo(24);
    assertThat(stream.streamCreationTimestamp()).isAfter(before).isBefore(before.plusSeconds(60));
    assertThat(stream.shards())
        .extracting(Shard::shardId)
        .containsExactly(FIRST, "shardId-000000000001", "shardId-000000000002");
    assertThat(stream.shards().getFirst().hashKeyRange().startingHashKey()).isEqualTo("0");
    assertThat(stream.shards().getLast().hashKeyRange().endingHashKey())
        .isEqualTo(BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE).toString());
    assertThat(stream.shards().getFirst().sequenceNumberRange().startingSequenceNumber())
        .hasSize(56);
    var summary =
        kinesis
            .describeStreamSummary(r -> r.streamARN(stream.streamARN()))
            .streamDescriptionSummary();
    assertThat(summary.openShardCount()).isEqualTo(3);
    var page = kinesis.listShards(r -> r.streamName("described").maxResults(2));
    var rest = kinesis.listShards(r -> r.nextToken(page.nextToken()));
    assertThat(rest.shards()).extracting(Shard::shardId).containsExactly("shardId-000000000002");
    assertThat(rest.nextToken()).isNull();
  }

  @Test
  void anOnDemandStreamHasFourShards() {
    kinesis.createStream(
        r -> r.streamName("on-demand").streamModeDetails(m -> m.streamMode(StreamMode.ON_DEMAND)));

    assertThat(kinesis.listShards(r -> r.streamName("on-demand")).shards()).hasSize(4);
    assertThat(kinesis.listStreams(r -> r.limit(100)).streamNames()).contains("on-demand");
  }

  @Test
  void recordsComeInTheirOrderWithNumbersThatGrow() {
    make("ordered", 1);
    List<String> numbers =
        IntStream.range(0, 5)
            .mapToObj(i -> put("ordered", "k" + i, "r" + i).sequenceNumber())
            .toList();

    var first = kinesis.getRecords(r -> r.shardIterator(horizon("ordered")).limit(3));
    var second = kinesis.getRecords(r -> r.shardIterator(first.nextShardIterator()));

    assertThat(numbers).isSorted().doesNotHaveDuplicates();
    assertThat(first.records())
        .extracting(r -> r.sequenceNumber())
        .isEqualTo(numbers.subList(0, 3));
    assertThat(first.millisBehindLatest()).isNotNegative();
    assertThat(second.records())
        .extracting(r -> r.data().asUtf8String())
        .containsExactly("r3", "r4");
    assertThat(second.millisBehindLatest()).isZero();
    assertThat(second.records().getFirst().approximateArrivalTimestamp())
        .isBetween(stack.clock().instant().minusSeconds(60), stack.clock().instant().plusMillis(1));
    put("ordered", "k", "r5");
    assertThat(read(second.nextShardIterator())).containsExactly("r5");
  }

  /// Source: the MD5 of "a" is 0cc175b9…, of "c" 4a8a08f0…, of "b" 92eb5ffe….
  @Test
  void thePartitionKeyChoosesTheShardByItsMd5() {
    make("spread", 4);

    assertThat(put("spread", "a", "1").shardId()).isEqualTo(FIRST);
    assertThat(put("spread", "c", "2").shardId()).isEqualTo("shardId-000000000001");
    assertThat(put("spread", "b", "3").shardId()).isEqualTo("shardId-000000000002");
    var last =
        kinesis.putRecord(r ->
            r.streamName("spread")
                .partitionKey("a")
                .explicitHashKey("340282366920938463463374607431768211455")
                .data(SdkBytes.fromUtf8String("4")));
    assertThat(last.shardId()).isEqualTo("shardId-000000000003");
  }

  @Test
  void readingBeginsWhereTheIteratorSays() {
    make("places", 1);
    put("places", "k", "old");
    stack.clock().advance(Duration.ofMinutes(1));
    Instant later = stack.clock().instant();
    String number = put("places", "k", "new").sequenceNumber();
    String tip = iterator(at("places", ShardIteratorType.LATEST));
    put("places", "k", "newest");

    assertThat(read(horizon("places"))).containsExactly("old", "new", "newest");
    assertThat(read(tip)).containsExactly("newest");
    assertThat(read(iterator(at("places", ShardIteratorType.AT_TIMESTAMP).timestamp(later))))
        .containsExactly("new", "newest");
    assertThat(
            read(
                iterator(
                    at("places", ShardIteratorType.AT_SEQUENCE_NUMBER)
                        .startingSequenceNumber(number))))
        .containsExactly("new", "newest");
    assertThat(
            read(
                iterator(
                    at("places", ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .startingSequenceNumber(number))))
        .containsExactly("newest");
    assertThatThrownBy(() ->
            iterator(
                at("places", ShardIteratorType.AT_SEQUENCE_NUMBER).startingSequenceNumber("7")))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("StartingSequenceNumber 7");
  }

  @Test
  void recordsAreKeptAsLongAsTheStreamSaysAndAnIteratorForFiveMinutes() {
    make("brief", 1);
    put("brief", "k", "first");
    String old = horizon("brief");
    kinesis.increaseStreamRetentionPeriod(r -> r.streamName("brief").retentionPeriodHours(48));
    stack.clock().advance(Duration.ofHours(25));

    assertThatThrownBy(() -> read(old))
        .isInstanceOf(ExpiredIteratorException.class)
        .hasMessageContaining("tolerated delay of 300000 milliseconds");
    assertThat(read(horizon("brief"))).containsExactly("first");
    kinesis.decreaseStreamRetentionPeriod(r -> r.streamName("brief").retentionPeriodHours(24));
    put("brief", "k", "second");
    assertThat(read(horizon("brief"))).containsExactly("second");
    assertThatThrownBy(() ->
            kinesis.increaseStreamRetentionPeriod(
                r -> r.streamName("brief").retentionPeriodHours(9000)))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("Maximum allowed retention period is 8760 hours");
  }

  @Test
  void aRequestOfManyRecordsTellsWhereEachWent() {
    make("many", 2);
    var entries =
        IntStream.range(0, 500)
            .mapToObj(i ->
                PutRecordsRequestEntry.builder()
                    .partitionKey("k" + i)
                    .data(SdkBytes.fromUtf8String("r"))
                    .build())
            .toList();

    var answer = kinesis.putRecords(r -> r.streamName("many").records(entries));

    assertThat(answer.failedRecordCount()).isZero();
    assertThat(answer.records())
        .hasSize(500)
        .extracting(r -> r.shardId())
        .contains(FIRST, "shardId-000000000001");
    var more = new java.util.ArrayList<>(entries);
    more.add(entries.getFirst());
    assertThatThrownBy(() -> kinesis.putRecords(r -> r.streamName("many").records(more)))
        .isInstanceOf(KinesisException.class)
        .hasMessageContaining("Member must have length less than or equal to 500");
  }

  @Test
  void whatIsTooLargeIsRefusedAndNothingOfItIsPut() {
    make("large", 1);
    var mebibyte = SdkBytes.fromByteArray(new byte[1024 * 1024 - 1]);
    kinesis.putRecord(r -> r.streamName("large").partitionKey("k").data(mebibyte));

    assertThatThrownBy(
            () -> kinesis.putRecord(r -> r.streamName("large").partitionKey("kk").data(mebibyte)))
        .isInstanceOf(InvalidArgumentException.class);
    var entry = PutRecordsRequestEntry.builder().partitionKey("k").data(mebibyte).build();
    assertThatThrownBy(() ->
            kinesis.putRecords(
                r -> r.streamName("large").records(java.util.Collections.nCopies(6, entry))))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("Records size exceeds 5 MB limit");
    assertThat(kinesis.getRecords(r -> r.shardIterator(horizon("large"))).records()).hasSize(1);
  }

  @Test
  void tagsAreAddedListedAndRemoved() {
    make("tagged", 1);
    kinesis.addTagsToStream(r -> r.streamName("tagged").tags(Map.of("a", "1", "b", "2")));
    kinesis.removeTagsFromStream(r -> r.streamName("tagged").tagKeys("a"));

    assertThat(kinesis.listTagsForStream(r -> r.streamName("tagged")).tags())
        .containsExactly(Tag.builder().key("b").value("2").build());
  }

  @Test
  void whatIsWrongIsRefusedInKinesissWords() {
    make("strict", 1);

    assertThatThrownBy(() -> make("strict", 1))
        .isInstanceOf(ResourceInUseException.class)
        .hasMessageContaining("Stream strict under account 000000000000 already exists.");
    assertThatThrownBy(() -> put("nowhere", "k", "r"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Stream nowhere under account 000000000000 not found.");
    assertThatThrownBy(() ->
            kinesis.getShardIterator(r ->
                r.streamName("strict").shardId("shardId-000000000009").shardIteratorType("LATEST")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Shard shardId-000000000009 in stream strict");
    assertThatThrownBy(() -> read("none"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("Invalid ShardIterator");
    assertThatThrownBy(() ->
            kinesis.mergeShards(r ->
                r.streamName("strict")
                    .shardToMerge(FIRST)
                    .adjacentShardToMerge("shardId-000000000001")))
        .isInstanceOf(KinesisException.class)
        .hasMessageContaining("does not support the operation kinesis:MergeShards");
    assertThatThrownBy(() ->
            kinesis.createStream(
                r -> r.streamName("huge").shardCount(1).maxRecordSizeInKiB(10_240)))
        .hasMessageContaining("MaxRecordSizeInKiB");
  }

  @Test
  void aStreamMadeAnewHasNothingOfTheOldOne() {
    make("again", 1);
    put("again", "k", "old");
    kinesis.deleteStream(r -> r.streamName("again"));
    make("again", 1);

    assertThat(read(horizon("again"))).isEmpty();
  }

  @Test
  void whoMayOnlyWriteCannotRead() {
    make("guarded", 1);
    String arn = "arn:aws:kinesis:us-east-1:000000000000:stream/guarded";
    try (var iam = with(IamClient.builder(), AwsBasicCredentials.create("test", "test"))) {
      iam.createUser(r -> r.userName("writer"));
      iam.putUserPolicy(r ->
          r.userName("writer")
              .policyName("p")
              .policyDocument(
                  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                      + "[\"kinesis:PutRecord\",\"kinesis:GetShardIterator\"],\"Resource\":\""
                      + arn
                      + "\"}]}"));
      var key = iam.createAccessKey(r -> r.userName("writer")).accessKey();
      var credentials = AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
      try (var writer = with(KinesisClient.builder(), credentials)) {
        writer.putRecord(
            r -> r.streamARN(arn).partitionKey("k").data(SdkBytes.fromUtf8String("r")));
        assertThatThrownBy(() -> writer.getRecords(r -> r.shardIterator(horizon("guarded"))))
            .isInstanceOf(KinesisException.class)
            .hasMessageContaining("user/writer is not authorized to perform: kinesis:GetRecords")
            .hasMessageContaining(arn);
      }
    }
  }
}
