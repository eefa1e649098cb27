// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.sns.model.*;

/// AWS::SNS::Topic, Subscription and TopicPolicy.
final class SnsTypes {
  private static final Set<String> NO_TOPIC_ATTRIBUTE = Set.of("TopicName", "Tags", "Subscription");
  private static final Set<String> NO_SUBSCRIPTION_ATTRIBUTE =
      Set.of("TopicArn", "Protocol", "Endpoint", "Region");

  private final Api api;

  SnsTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::SNS::Topic",
        TaggedType.byItself(
            CallType.of(
                this::createTopic,
                this::updateTopic,
                this::deleteTopic,
                "TopicName",
                "FifoTopic")));
    types.add(
        "AWS::SNS::Subscription",
        CallType.of(
            this::subscribe,
            this::updateSubscription,
            (_, arn) -> unsubscribe(arn),
            "TopicArn",
            "Protocol",
            "Endpoint",
            "Region"));
    types.add(
        "AWS::SNS::TopicPolicy",
        CallType.of(this::putPolicy, this::updatePolicy, this::removePolicy));
  }

  private Made createTopic(Wanted w) {
    String name = w.properties().path("TopicName").asText(w.uniqueName());
    String arn =
        api.call(
                CreateTopicRequest.builder()
                    .name(name)
                    .attributes(attributes(w.properties(), NO_TOPIC_ATTRIBUTE))
                    .tags(tags(w.properties()))
                    .build(),
                CreateTopicResponse.class)
            .topicArn();
    subscriptions(w.properties()).forEach(s -> subscribe(arn, s));
    return topic(arn);
  }

  private static Made topic(String arn) {
    String name = arn.substring(arn.lastIndexOf(':') + 1);
    return new Made(arn, Map.of("TopicArn", arn, "TopicName", name));
  }

  private Made updateTopic(Wanted w, String arn, JsonNode old) {
    var wanted = attributes(w.properties(), NO_TOPIC_ATTRIBUTE);
    var names = new HashSet<>(attributes(old, NO_TOPIC_ATTRIBUTE).keySet());
    names.addAll(wanted.keySet());
    for (String name : names) {
      api.call(
          SetTopicAttributesRequest.builder()
              .topicArn(arn)
              .attributeName(name)
              .attributeValue(wanted.getOrDefault(name, ""))
              .build(),
          SetTopicAttributesResponse.class);
    }
    retag(arn, tags(old), tags(w.properties()));
    resubscribe(arn, subscriptions(old), subscriptions(w.properties()));
    return topic(arn);
  }

  private void retag(String arn, List<Tag> old, List<Tag> wanted) {
    List<String> gone = new ArrayList<>(old.stream().map(Tag::key).toList());
    gone.removeAll(wanted.stream().map(Tag::key).toList());
    if (!gone.isEmpty()) {
      api.call(
          UntagResourceRequest.builder().resourceArn(arn).tagKeys(gone).build(),
          UntagResourceResponse.class);
    }
    if (!wanted.isEmpty()) {
      api.call(
          TagResourceRequest.builder().resourceArn(arn).tags(wanted).build(),
          TagResourceResponse.class);
    }
  }

  private record InTopic(String protocol, String endpoint) {}

  private void resubscribe(String arn, List<InTopic> old, List<InTopic> wanted) {
    wanted.forEach(s -> subscribe(arn, s));
    List<InTopic> gone = old.stream().filter(s -> !wanted.contains(s)).toList();
    if (gone.isEmpty()) {
      return;
    }
    api
        .call(
            ListSubscriptionsByTopicRequest.builder().topicArn(arn).build(),
            ListSubscriptionsByTopicResponse.class)
        .subscriptions()
        .stream()
        .filter(s -> s.subscriptionArn().startsWith("arn:"))
        .filter(s -> gone.contains(new InTopic(s.protocol(), s.endpoint())))
        .forEach(s -> unsubscribe(s.subscriptionArn()));
  }

  private static List<InTopic> subscriptions(JsonNode properties) {
    var all = new ArrayList<InTopic>();
    properties
        .path("Subscription")
        .forEach(
            s -> all.add(new InTopic(s.path("Protocol").asText(), s.path("Endpoint").asText())));
    return all;
  }

  private void subscribe(String arn, InTopic subscription) {
    api.call(
        SubscribeRequest.builder()
            .topicArn(arn)
            .protocol(subscription.protocol())
            .endpoint(subscription.endpoint())
            .build(),
        SubscribeResponse.class);
  }

  private void deleteTopic(Wanted w, String arn) {
    api.call(DeleteTopicRequest.builder().topicArn(arn).build(), DeleteTopicResponse.class);
  }

  private static Map<String, String> attributes(JsonNode properties, Set<String> except) {
    var attributes = new LinkedHashMap<String, String>();
    for (var entry : properties.properties()) {
      if (!except.contains(entry.getKey())) {
        attributes.put(entry.getKey(), PropertyMapper.text(entry.getValue()));
      }
    }
    return attributes;
  }

  private static List<Tag> tags(JsonNode properties) {
    return MessagingTypes.tags(properties.path("Tags")).entrySet().stream()
        .map(t -> Tag.builder().key(t.getKey()).value(t.getValue()).build())
        .toList();
  }

  private Made subscribe(Wanted w) {
    JsonNode p = w.properties();
    String topic = p.path("TopicArn").asText();
    if (p.has("Region") && !topic.startsWith("arn:aws:sns:" + p.path("Region").asText() + ":")) {
      throw AwsFailure.validationError(
          "This local stack has one region; the topic is not in " + p.path("Region").asText());
    }
    String arn =
        api.call(
                SubscribeRequest.builder()
                    .topicArn(topic)
                    .protocol(p.path("Protocol").asText())
                    .endpoint(p.path("Endpoint").asText())
                    .attributes(attributes(p, NO_SUBSCRIPTION_ATTRIBUTE))
                    .returnSubscriptionArn(true)
                    .build(),
                SubscribeResponse.class)
            .subscriptionArn();
    return new Made(arn, Map.of("Arn", arn));
  }

  /// A policy of attributes is one of a body too, not the other way round: hence the order.
  private Made updateSubscription(Wanted w, String arn, JsonNode old) {
    var wanted = attributes(w.properties(), NO_SUBSCRIPTION_ATTRIBUTE);
    var names = new ArrayList<>(List.of("FilterPolicy", "FilterPolicyScope"));
    var rest = new HashSet<>(attributes(old, NO_SUBSCRIPTION_ATTRIBUTE).keySet());
    rest.addAll(wanted.keySet());
    rest.removeAll(names);
    if ("MessageBody".equals(wanted.get("FilterPolicyScope"))) {
      names = new ArrayList<>(names.reversed());
    }
    names.addAll(rest);
    for (String name : names) {
      String none = name.equals("RawMessageDelivery") ? "false" : "";
      api.call(
          SetSubscriptionAttributesRequest.builder()
              .subscriptionArn(arn)
              .attributeName(name)
              .attributeValue(wanted.getOrDefault(name, none))
              .build(),
          SetSubscriptionAttributesResponse.class);
    }
    return new Made(arn, Map.of("Arn", arn));
  }

  private void unsubscribe(String arn) {
    api.call(UnsubscribeRequest.builder().subscriptionArn(arn).build(), UnsubscribeResponse.class);
  }

  private Made putPolicy(Wanted w) {
    for (JsonNode arn : w.properties().path("Topics")) {
      setPolicy(arn.asText(), w.properties().path("PolicyDocument").toString());
    }
    return new Made(w.uniqueName(), Map.of("Id", w.uniqueName()));
  }

  private Made updatePolicy(Wanted w, String id, JsonNode old) {
    var kept = new HashSet<String>();
    w.properties().path("Topics").forEach(arn -> kept.add(arn.asText()));
    for (JsonNode arn : old.path("Topics")) {
      if (!kept.contains(arn.asText())) {
        setPolicy(arn.asText(), "");
      }
    }
    putPolicy(w);
    return new Made(id, Map.of("Id", id));
  }

  private void removePolicy(Wanted w, String id) {
    for (JsonNode arn : w.properties().path("Topics")) {
      setPolicy(arn.asText(), "");
    }
  }

  private void setPolicy(String arn, String policy) {
    api.call(
        SetTopicAttributesRequest.builder()
            .topicArn(arn)
            .attributeName("Policy")
            .attributeValue(policy)
            .build(),
        SetTopicAttributesResponse.class);
  }
}
