// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.store.Store;
import java.util.List;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.iot.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.iot.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.iot.model.Tag;
import software.amazon.awssdk.services.iot.model.TagResourceRequest;
import software.amazon.awssdk.services.iot.model.TagResourceResponse;
import software.amazon.awssdk.services.iot.model.UntagResourceRequest;
import software.amazon.awssdk.services.iot.model.UntagResourceResponse;

/// Tags of IoT resources, by ARN.
public final class Tags {
  private final MVMap<String, Tagged> byArn;

  /// The tags of one resource.
  record Tagged(TreeMap<String, String> tags) {}

  Tags(Store store) {
    this.byArn = store.map("iot/tags", Tagged.class);
  }

  void register(Api api) {
    api.on(TagResourceRequest.class, this::tagResource).resource(r -> r.resourceArn());
    api.on(UntagResourceRequest.class, this::untagResource).resource(r -> r.resourceArn());
    api.on(ListTagsForResourceRequest.class, this::listTagsForResource)
        .resource(r -> r.resourceArn());
  }

  public void put(String arn, List<Tag> tags) {
    if (!tags.isEmpty()) {
      var next = of(arn);
      tags.forEach(t -> next.put(t.key(), t.value() == null ? "" : t.value()));
      byArn.put(arn, new Tagged(next));
    }
  }

  public void forget(String arn) {
    byArn.remove(arn);
  }

  private TreeMap<String, String> of(String arn) {
    Tagged tagged = byArn.get(arn);
    return tagged == null ? new TreeMap<>() : new TreeMap<>(tagged.tags());
  }

  private TagResourceResponse tagResource(TagResourceRequest request) {
    put(request.resourceArn(), request.tags());
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untagResource(UntagResourceRequest request) {
    var left = of(request.resourceArn());
    request.tagKeys().forEach(left::remove);
    byArn.put(request.resourceArn(), new Tagged(left));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    return ListTagsForResourceResponse.builder()
        .tags(
            of(request.resourceArn()).entrySet().stream()
                .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
                .toList())
        .build();
  }
}
