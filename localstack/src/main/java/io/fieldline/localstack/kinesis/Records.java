// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.ways.Carried;
import io.fieldline.localstack.ways.Step;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.*;

/// Records: put into the shard of their partition key, read from a place in a shard on.
///
/// Assumed: a shard takes and gives as much as is asked of it; AWS slows down what is above 1 MiB/s
/// in and 2 MiB/s out.
final class Records {
  private static final int MOST_KEY_LENGTH = 256;
  private static final int MOST_BYTES = 1024 * 1024;
  private static final int MOST_BYTES_A_REQUEST = 5 * 1024 * 1024;
  private static final int MOST_READ = 10_000;

  private final Streams streams;
  private final ShardLog log;
  private final InstantSource clock;
  private final MetricSink metrics;
  private final Carried carried;

  Records(Streams streams, ShardLog log, InstantSource clock, MetricSink metrics, Carried carried) {
    this.carried = carried;
    this.metrics = metrics;
    this.streams = streams;
    this.log = log;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(PutRecordRequest.class, this::put)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
    api.on(PutRecordsRequest.class, this::putAll)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
    api.on(GetShardIteratorRequest.class, this::iterator)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
    api.on(GetRecordsRequest.class, this::get)
        .resource(r -> Streams.arnOfKey(ShardIterator.parse(r.shardIterator()).streamKey()));
  }

  private PutRecordResponse put(PutRecordRequest request) {
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    check(request.data(), request.partitionKey());
    int shard = stream.shardOf(hash(request.partitionKey(), request.explicitHashKey()));
    return PutRecordResponse.builder()
        .shardId(StreamRecord.shardId(shard))
        .sequenceNumber(append(stream, shard, request.partitionKey(), request.data()))
        .build();
  }

  /// What is wrong with one record refuses them all: nothing was put yet.
  private PutRecordsResponse putAll(PutRecordsRequest request) {
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    long bytes = 0;
    var shards = new ArrayList<Integer>();
    for (PutRecordsRequestEntry entry : request.records()) {
      bytes += check(entry.data(), entry.partitionKey());
      shards.add(stream.shardOf(hash(entry.partitionKey(), entry.explicitHashKey())));
    }
    if (bytes > MOST_BYTES_A_REQUEST) {
      throw KinesisFailures.invalid("Records size exceeds 5 MB limit");
    }
    var results = new ArrayList<PutRecordsResultEntry>();
    for (PutRecordsRequestEntry entry : request.records()) {
      int shard = shards.get(results.size());
      results.add(
          PutRecordsResultEntry.builder()
              .shardId(StreamRecord.shardId(shard))
              .sequenceNumber(append(stream, shard, entry.partitionKey(), entry.data()))
              .build());
    }
    return PutRecordsResponse.builder().failedRecordCount(0).records(results).build();
  }

  private String append(StreamRecord stream, int shard, String partitionKey, SdkBytes data) {
    byte[] bytes = data.asByteArray();
    String number = log.append(stream, shard, partitionKey, bytes);
    Step call = Step.current();
    if (call.isOnWay()) {
      Step step =
          call.begin(
              Step.Kind.MESSAGE, Step.Lane.QUEUE, "record in " + stream.name(), stream.arn(), "");
      step.asked(bytes);
      carried.put(stream.arn() + " " + number, step);
    }
    return number;
  }

  /// Assumed: the wording for one record that is too large.
  private static int check(SdkBytes data, String partitionKey) {
    if (partitionKey.isEmpty() || partitionKey.length() > MOST_KEY_LENGTH) {
      throw AwsFailure.validation(
          "1 validation error detected: Value '%s' at 'partitionKey' failed to satisfy constraint:"
                  .formatted(partitionKey)
              + " Member must have length from 1 to "
              + MOST_KEY_LENGTH);
    }
    int size =
        data.asByteArrayUnsafe().length + partitionKey.getBytes(StandardCharsets.UTF_8).length;
    if (size > MOST_BYTES) {
      throw KinesisFailures.invalid(
          "A record with its partition key has at most %d bytes, not %d"
              .formatted(MOST_BYTES, size));
    }
    return size;
  }

  /// Source: Kinesis API reference, "PutRecord": the MD5 of the partition key is the hash key.
  private static BigInteger hash(String partitionKey, @Nullable String explicit) {
    if (explicit != null) {
      var hash = new BigInteger(explicit);
      if (!StreamRecord.isHash(hash)) {
        throw KinesisFailures.invalid(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]."
                + " Specified value was "
                + explicit);
      }
      return hash;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(StandardCharsets.UTF_8));
      return new BigInteger(1, digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private GetShardIteratorResponse iterator(GetShardIteratorRequest request) {
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    int shard = stream.shard(request.shardId());
    String from =
        switch (request.shardIteratorType()) {
          case TRIM_HORIZON -> SequenceNumber.floor(stream.created(), shard, 0);
          case LATEST -> log.tip(stream, shard);
          case AT_TIMESTAMP -> log.firstAt(stream, shard, timestamp(request));
          case AT_SEQUENCE_NUMBER -> number(request, stream, shard);
          case AFTER_SEQUENCE_NUMBER ->
              ShardLog.after(stream, shard, number(request, stream, shard));
          case UNKNOWN_TO_SDK_VERSION ->
              throw KinesisFailures.invalid(
                  "ShardIteratorType " + request.shardIteratorTypeAsString());
        };
    return GetShardIteratorResponse.builder()
        .shardIterator(new ShardIterator(stream.key(), shard, from, clock.millis()).text())
        .build();
  }

  private Instant timestamp(GetShardIteratorRequest request) {
    Instant then = given("Timestamp", request::timestamp);
    if (then.isAfter(clock.instant())) {
      throw KinesisFailures.invalid(
          "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis."
              + " timestampInMillis: %d, currentTimestampInMillis: %d"
                  .formatted(then.toEpochMilli(), clock.millis()));
    }
    return then;
  }

  private static String number(GetShardIteratorRequest request, StreamRecord stream, int shard) {
    String text = given("StartingSequenceNumber", request::startingSequenceNumber);
    return SequenceNumber.parse(text)
        .filter(n -> n.shard() == shard)
        .filter(n -> n.createdSeconds() == stream.created().getEpochSecond())
        .map(_ -> text)
        .orElseThrow(() ->
            KinesisFailures.invalid(
                "StartingSequenceNumber %s used in GetShardIterator on shard %s in stream %s under"
                        .formatted(text, request.shardId(), stream.name())
                    + " account %s is invalid.".formatted(stream.account())));
  }

  private static <T> T given(String name, Supplier<@Nullable T> value) {
    T given = value.get();
    if (given == null) {
      throw KinesisFailures.invalid(name + " must be given for this ShardIteratorType");
    }
    return given;
  }

  private GetRecordsResponse get(GetRecordsRequest request) {
    ShardIterator iterator = ShardIterator.parse(request.shardIterator());
    iterator.checkAge(clock.instant());
    StreamRecord stream = streams.byKey(iterator.streamKey());
    if (iterator.shard() >= stream.shards()) {
      throw KinesisFailures.noSuchShard(StreamRecord.shardId(iterator.shard()), stream);
    }
    int most = request.limit() == null ? MOST_READ : request.limit();
    var found = log.read(stream, iterator.shard(), iterator.from(), most);
    List<software.amazon.awssdk.services.kinesis.model.Record> records =
        found.entries().stream()
            .map(e ->
                software.amazon.awssdk.services.kinesis.model.Record.builder()
                    .sequenceNumber(e.sequenceNumber())
                    .approximateArrivalTimestamp(e.record().arrived())
                    .partitionKey(e.record().partitionKey())
                    .data(SdkBytes.fromByteArrayUnsafe(e.record().data()))
                    .build())
            .toList();
    if (!found.entries().isEmpty()) {
      measured(stream, found.entries().getLast().record().arrived());
    }
    return GetRecordsResponse.builder()
        .records(records)
        .nextShardIterator(
            new ShardIterator(stream.key(), iterator.shard(), found.next(), clock.millis()).text())
        .millisBehindLatest(found.millisBehind())
        .build();
  }

  /// Source: Amazon Kinesis Data Streams Developer Guide, "Monitoring with Amazon CloudWatch".
  /// Assumed: a call that finds nothing is not counted, where Kinesis counts 0.
  private void measured(StreamRecord stream, Instant lastArrived) {
    metrics.add(
        "AWS/Kinesis",
        "GetRecords.IteratorAgeMilliseconds",
        Map.of("StreamName", stream.name()),
        "Milliseconds",
        Duration.between(lastArrived, clock.instant()).toMillis());
  }
}
