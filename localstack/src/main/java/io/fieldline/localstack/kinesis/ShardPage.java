// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;

/// A part of a stream's shards, and the token by which the next part is asked for.
record ShardPage(String streamKey, int first, int most) {
  /// Source: Kinesis API reference, "ListShards": MaxResults is 1,000 unless given.
  private static final int USUAL = 1000;

  static ShardPage of(ListShardsRequest request, Streams streams) {
    int most = request.maxResults() == null ? USUAL : request.maxResults();
    if (request.nextToken() != null) {
      if (request.streamName() != null || request.exclusiveStartShardId() != null) {
        throw KinesisFailures.invalid(
            "NextToken and StreamName or ExclusiveStartShardId cannot be provided together.");
      }
      ShardPage next = parse(request.nextToken());
      return new ShardPage(next.streamKey(), next.first(), most);
    }
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    String after = request.exclusiveStartShardId();
    ShardFilter filter = request.shardFilter();
    if (filter != null) {
      after =
          switch (filter.type()) {
            case AFTER_SHARD_ID -> filter.shardId();
            // No shard was ever closed: each of these takes all.
            case AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, FROM_TIMESTAMP ->
                after;
            case UNKNOWN_TO_SDK_VERSION ->
                throw KinesisFailures.invalid("ShardFilter " + filter.typeAsString());
          };
    }
    return new ShardPage(stream.key(), after == null ? 0 : stream.shard(after) + 1, most);
  }

  ShardPage from(int shard) {
    return new ShardPage(streamKey, shard, most);
  }

  String text() {
    return Base64.getEncoder()
        .encodeToString((streamKey + "\n" + first).getBytes(StandardCharsets.UTF_8));
  }

  static ShardPage parse(String token) {
    try {
      String[] parts =
          new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8).split("\n", -1);
      if (parts.length == 2
          && parts[0].matches("\\d{12}/[A-Za-z0-9_.-]{1,128}")
          && parts[1].matches("\\d{1,6}")) {
        return new ShardPage(parts[0], Integer.parseInt(parts[1]), USUAL);
      }
    } catch (IllegalArgumentException notBase64) {
      // Told below.
    }
    throw KinesisFailures.invalid("Invalid NextToken: expected one that ListShards gave");
  }
}
