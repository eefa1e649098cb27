// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.api.Api;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.kinesis.model.*;

/// The tags of streams.
final class StreamTags {
  /// Source: Kinesis developer guide, "Tag your streams": 50 a stream.
  private static final int MOST = 50;

  private final Streams streams;

  StreamTags(Streams streams) {
    this.streams = streams;
  }

  void register(Api api) {
    api.on(AddTagsToStreamRequest.class, this::add)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
    api.on(RemoveTagsFromStreamRequest.class, this::remove)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
    api.on(ListTagsForStreamRequest.class, this::list)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
  }

  static Map<String, String> checked(Map<String, String> tags) {
    if (tags.size() > MOST) {
      throw KinesisFailures.invalid(
          "Failed to add tags to stream: a stream has at most %d tags, not %d"
              .formatted(MOST, tags.size()));
    }
    return tags;
  }

  private AddTagsToStreamResponse add(AddTagsToStreamRequest request) {
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    streams.change(
        stream,
        now -> {
          var tags = new TreeMap<>(now.tags());
          tags.putAll(request.tags());
          return now.withTags(checked(tags));
        });
    return AddTagsToStreamResponse.builder().build();
  }

  private RemoveTagsFromStreamResponse remove(RemoveTagsFromStreamRequest request) {
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    streams.change(
        stream,
        now -> {
          var tags = new TreeMap<>(now.tags());
          tags.keySet().removeAll(request.tagKeys());
          return now.withTags(tags);
        });
    return RemoveTagsFromStreamResponse.builder().build();
  }

  private ListTagsForStreamResponse list(ListTagsForStreamRequest request) {
    StreamRecord stream = streams.stream(request.streamName(), request.streamARN());
    String after = request.exclusiveStartTagKey();
    int most = request.limit() == null ? MOST : request.limit();
    List<Tag> tags =
        new TreeMap<>(stream.tags())
            .entrySet().stream()
                .filter(t -> after == null || t.getKey().compareTo(after) > 0)
                .map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build())
                .toList();
    return ListTagsForStreamResponse.builder()
        .tags(tags.subList(0, Math.min(most, tags.size())))
        .hasMoreTags(tags.size() > most)
        .build();
  }
}
