// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// Reads one shard for one mapping, from where the mapping left off. Used by one thread.
final class ShardReader {
  private final Api api;
  private final EventSource source;
  private final StreamSettings settings;
  private final String shard;
  private final Checkpoints checkpoints;
  private @Nullable String iterator;

  ShardReader(
      Api api, EventSource source, StreamSettings settings, String shard, Checkpoints checkpoints) {
    this.api = api;
    this.source = source;
    this.settings = settings;
    this.shard = shard;
    this.checkpoints = checkpoints;
  }

  List<Record> read(Caller role, int most) {
    String from = iterator == null ? begin(role) : iterator;
    var answer =
        api.call(
            role,
            GetRecordsRequest.builder()
                .shardIterator(from)
                .streamARN(source.arn())
                .limit(most)
                .build(),
            GetRecordsResponse.class);
    iterator = answer.nextShardIterator();
    return answer.records();
  }

  /// Reads again what came after the last checkpoint.
  void rewind() {
    iterator = null;
  }

  void done(Record last) {
    checkpoints.put(source.uuid(), shard, last.sequenceNumber());
  }

  /// Assumed: LATEST takes what came after the mapping was made, also where no record had come
  /// before a restart.
  private String begin(Caller role) {
    var request = GetShardIteratorRequest.builder().streamARN(source.arn()).shardId(shard);
    Optional<String> last = checkpoints.get(source.uuid(), shard);
    if (last.isPresent()) {
      request
          .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
          .startingSequenceNumber(last.get());
    } else if (settings.position().equals("TRIM_HORIZON")) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(settings.from());
    }
    return api.call(role, request.build(), GetShardIteratorResponse.class).shardIterator();
  }

  /// The time before which records are no longer in the stream.
  Instant horizon(Caller role, Instant now) {
    var request = DescribeStreamRequest.builder().streamARN(source.arn()).limit(1).build();
    int hours =
        api.call(role, request, DescribeStreamResponse.class)
            .streamDescription()
            .retentionPeriodHours();
    return now.minus(Duration.ofHours(hours));
  }
}
