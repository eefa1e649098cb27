// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.store.Store;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.*;

/// The topics: made, described, tagged, deleted. Standard topics only. Thread-safe.
final class Topics {
  /// Source: Amazon SNS API Reference, ListTopics.
  static final int PAGE = 100;

  private static final int MOST_TAGS = 50;
  private static final String DELIVERY_POLICY =
      "{\"http\":{\"defaultHealthyRetryPolicy\":{\"minDelayTarget\":20,\"maxDelayTarget\":20,"
          + "\"numRetries\":3,\"numMaxDelayRetries\":0,\"numNoDelayRetries\":0,"
          + "\"numMinDelayRetries\":0,\"backoffFunction\":\"linear\"},"
          + "\"disableSubscriptionOverrides\":false}}";

  private final MVMap<String, TopicRecord> records;

  Topics(Store store) {
    this.records = store.map("sns.topics", TopicRecord.class);
  }

  void register(Api api, Subscriptions subscriptions) {
    api.on(CreateTopicRequest.class, this::create)
        .resource(r -> Caller.current().arn("sns", r.name()));
    api.on(DeleteTopicRequest.class, r -> delete(r, subscriptions))
        .resource(DeleteTopicRequest::topicArn)
        .resourcePolicy(r -> policyOf(r.topicArn()));
    api.on(ListTopicsRequest.class, this::list);
    api.on(GetTopicAttributesRequest.class, r -> attributes(r, subscriptions))
        .resource(GetTopicAttributesRequest::topicArn)
        .resourcePolicy(r -> policyOf(r.topicArn()));
    api.on(SetTopicAttributesRequest.class, this::setAttributes)
        .resource(SetTopicAttributesRequest::topicArn)
        .resourcePolicy(r -> policyOf(r.topicArn()));
    api.on(TagResourceRequest.class, this::tag).resource(TagResourceRequest::resourceArn);
    api.on(UntagResourceRequest.class, this::untag).resource(UntagResourceRequest::resourceArn);
    api.on(ListTagsForResourceRequest.class, this::tags)
        .resource(ListTagsForResourceRequest::resourceArn);
  }

  Optional<String> policyOf(String arn) {
    return Optional.ofNullable(records.get(arn)).map(TopicRecord::policy);
  }

  TopicRecord existing(String arn) {
    SnsFailures.checkArn("TopicArn", arn);
    TopicRecord record = records.get(arn);
    if (record == null) {
      throw SnsFailures.notFound("Topic");
    }
    return record;
  }

  /// One subscription less, if the topic is still there.
  synchronized void lost(String arn) {
    records.computeIfPresent(arn, (_, topic) -> topic.withOneLess());
  }

  private synchronized CreateTopicResponse create(CreateTopicRequest request) {
    String name = request.name();
    if (name.endsWith(".fifo")) {
      throw SnsFailures.unsupported("Name", "A FIFO topic (" + name + ")");
    }
    if (!name.matches("[A-Za-z0-9_-]{1,256}")) {
      throw SnsFailures.invalid("Topic Name");
    }
    if (request.dataProtectionPolicy() != null) {
      throw SnsFailures.unsupported("DataProtectionPolicy", "A data protection policy");
    }
    var made =
        new TopicRecord(
            Caller.current().arn("sns", name),
            TopicAttributes.merged(Map.of(), request.attributes()),
            tagMap(request.tags()),
            0);
    TopicRecord old = records.putIfAbsent(made.arn(), made);
    if (old != null) {
      checkSame(old, made);
    }
    return CreateTopicResponse.builder().topicArn(made.arn()).build();
  }

  /// Source: Amazon SNS API Reference, CreateTopic: it is idempotent.
  private static void checkSame(TopicRecord old, TopicRecord asked) {
    boolean differs =
        asked.attributes().entrySet().stream()
            .anyMatch(a -> !a.getValue().equals(old.attributes().get(a.getKey())));
    if (differs) {
      throw SnsFailures.invalid(
          "Attributes Reason: Topic already exists with different attributes");
    }
    if (!asked.tags().isEmpty() && !asked.tags().equals(old.tags())) {
      throw SnsFailures.invalid("Tags Reason: Topic already exists with different tags");
    }
  }

  private synchronized DeleteTopicResponse delete(
      DeleteTopicRequest request, Subscriptions subscriptions) {
    SnsFailures.checkArn("TopicArn", request.topicArn());
    if (records.remove(request.topicArn()) != null) {
      subscriptions.removeAll(request.topicArn());
    }
    return DeleteTopicResponse.builder().build();
  }

  private ListTopicsResponse list(ListTopicsRequest request) {
    List<String> arns = page(records.keyList(), request.nextToken());
    return ListTopicsResponse.builder()
        .topics(arns.stream().limit(PAGE).map(a -> Topic.builder().topicArn(a).build()).toList())
        .nextToken(arns.size() > PAGE ? arns.get(PAGE) : null)
        .build();
  }

  /// Up to one more than a page of the keys from the one that the token names.
  static List<String> page(Collection<String> keys, @Nullable String token) {
    return keys.stream()
        .filter(k -> token == null || k.compareTo(token) >= 0)
        .limit(PAGE + 1L)
        .toList();
  }

  private GetTopicAttributesResponse attributes(
      GetTopicAttributesRequest request, Subscriptions subscriptions) {
    TopicRecord topic = existing(request.topicArn());
    var all = new LinkedHashMap<String, String>();
    all.put("DisplayName", "");
    all.putAll(topic.attributes());
    all.put("TopicArn", topic.arn());
    all.put("Owner", topic.account());
    all.put("Policy", topic.policy());
    all.put("EffectiveDeliveryPolicy", DELIVERY_POLICY);
    List<SubscriptionRecord> of = subscriptions.of(topic.arn());
    long confirmed = of.stream().filter(SubscriptionRecord::confirmed).count();
    all.put("SubscriptionsConfirmed", Long.toString(confirmed));
    all.put("SubscriptionsPending", Long.toString(of.size() - confirmed));
    all.put("SubscriptionsDeleted", Long.toString(topic.unsubscribed()));
    return GetTopicAttributesResponse.builder().attributes(all).build();
  }

  private synchronized SetTopicAttributesResponse setAttributes(SetTopicAttributesRequest request) {
    TopicRecord topic = existing(request.topicArn());
    String value = request.attributeValue() == null ? "" : request.attributeValue();
    var merged = TopicAttributes.merged(topic.attributes(), Map.of(request.attributeName(), value));
    records.put(topic.arn(), topic.withAttributes(merged));
    return SetTopicAttributesResponse.builder().build();
  }

  private synchronized TagResourceResponse tag(TagResourceRequest request) {
    TopicRecord topic = tagged(request.resourceArn());
    var tags = new TreeMap<>(topic.tags());
    tags.putAll(tagMap(request.tags()));
    if (tags.size() > MOST_TAGS) {
      throw new AwsFailure(
          "TagLimitExceeded",
          400,
          "Could not complete request: tag quota of per resource exceeded");
    }
    records.put(topic.arn(), topic.withTags(tags));
    return TagResourceResponse.builder().build();
  }

  private synchronized UntagResourceResponse untag(UntagResourceRequest request) {
    TopicRecord topic = tagged(request.resourceArn());
    var tags = new TreeMap<>(topic.tags());
    tags.keySet().removeAll(request.tagKeys());
    records.put(topic.arn(), topic.withTags(tags));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsForResourceResponse tags(ListTagsForResourceRequest request) {
    return ListTagsForResourceResponse.builder()
        .tags(
            new TreeMap<>(tagged(request.resourceArn()).tags())
                .entrySet().stream()
                    .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
                    .toList())
        .build();
  }

  private TopicRecord tagged(String arn) {
    TopicRecord record = records.get(arn);
    if (record == null) {
      throw new AwsFailure("ResourceNotFound", 404, "Resource does not exist");
    }
    return record;
  }

  private static Map<String, String> tagMap(List<Tag> tags) {
    var map = new TreeMap<String, String>();
    for (Tag tag : tags) {
      if (map.put(tag.key(), tag.value()) != null) {
        throw SnsFailures.invalid("Tags Reason: Duplicated keys are not allowed: " + tag.key());
      }
    }
    return map;
  }
}
