// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.Api;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.firehose.model.*;

/// The tags of delivery streams.
final class DeliveryTags {
  private static final int MOST = 50;

  private final DeliveryStreams streams;

  DeliveryTags(DeliveryStreams streams) {
    this.streams = streams;
  }

  void register(Api api) {
    api.on(TagDeliveryStreamRequest.class, this::tag)
        .resource(r -> DeliveryStreams.arn(r.deliveryStreamName()));
    api.on(UntagDeliveryStreamRequest.class, this::untag)
        .resource(r -> DeliveryStreams.arn(r.deliveryStreamName()));
    api.on(ListTagsForDeliveryStreamRequest.class, this::list)
        .resource(r -> DeliveryStreams.arn(r.deliveryStreamName()));
  }

  static Map<String, String> of(List<Tag> list) {
    var tags = new TreeMap<String, String>();
    list.forEach(tag -> tags.put(tag.key(), tag.value() == null ? "" : tag.value()));
    return checked(tags);
  }

  private static Map<String, String> checked(Map<String, String> tags) {
    if (tags.size() > MOST) {
      throw FirehoseFailures.invalid(
          "A delivery stream has at most %d tags, not %d".formatted(MOST, tags.size()));
    }
    return tags;
  }

  private TagDeliveryStreamResponse tag(TagDeliveryStreamRequest request) {
    streams.change(
        streams.stream(request.deliveryStreamName()),
        now -> {
          var tags = new TreeMap<>(now.tags());
          tags.putAll(of(request.tags()));
          return now.withTags(checked(tags));
        });
    return TagDeliveryStreamResponse.builder().build();
  }

  private UntagDeliveryStreamResponse untag(UntagDeliveryStreamRequest request) {
    streams.change(
        streams.stream(request.deliveryStreamName()),
        now -> {
          var tags = new TreeMap<>(now.tags());
          tags.keySet().removeAll(request.tagKeys());
          return now.withTags(tags);
        });
    return UntagDeliveryStreamResponse.builder().build();
  }

  private ListTagsForDeliveryStreamResponse list(ListTagsForDeliveryStreamRequest request) {
    String after = request.exclusiveStartTagKey();
    int most = request.limit() == null ? MOST : request.limit();
    List<Tag> tags =
        new TreeMap<>(streams.stream(request.deliveryStreamName()).tags())
            .entrySet().stream()
                .filter(t -> after == null || t.getKey().compareTo(after) > 0)
                .map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build())
                .toList();
    return ListTagsForDeliveryStreamResponse.builder()
        .tags(tags.subList(0, Math.min(most, tags.size())))
        .hasMoreTags(tags.size() > most)
        .build();
  }
}
