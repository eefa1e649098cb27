// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;
import software.amazon.awssdk.services.sqs.model.*;

/// AWS::SQS::Queue and QueuePolicy; AWS::Logs::LogGroup.
final class MessagingTypes {
  private final Api api;
  private final String arnPrefix;

  /// @param arnPrefix {@code arn:aws:logs:REGION:ACCOUNT:log-group:}
  MessagingTypes(Api api, String arnPrefix) {
    this.api = api;
    this.arnPrefix = arnPrefix;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::SQS::Queue",
        new TaggedType(
            CallType.of(
                this::createQueue, this::updateQueue, this::deleteQueue, "QueueName", "FifoQueue"),
            new Retags(api)::queue));
    types.add(
        "AWS::SQS::QueuePolicy",
        CallType.of(this::putPolicy, (w, _, _) -> putPolicy(w), this::removePolicy));
    types.add(
        "AWS::Logs::LogGroup",
        new TaggedType(
            CallType.of(this::createGroup, this::updateGroup, this::deleteGroup, "LogGroupName"),
            new Retags(api)::logGroup));
  }

  private Made createQueue(Wanted w) {
    String name = w.properties().path("QueueName").asText(w.uniqueName());
    String url =
        api.call(
                CreateQueueRequest.builder()
                    .queueName(name)
                    .attributesWithStrings(attributes(w.properties()))
                    .tags(tags(w.properties().path("Tags")))
                    .build(),
                CreateQueueResponse.class)
            .queueUrl();
    return queue(url, name);
  }

  private Made updateQueue(Wanted w, String url, JsonNode old) {
    api.call(
        SetQueueAttributesRequest.builder()
            .queueUrl(url)
            .attributesWithStrings(attributes(w.properties()))
            .build(),
        SetQueueAttributesResponse.class);
    return queue(url, url.substring(url.lastIndexOf('/') + 1));
  }

  private Made queue(String url, String name) {
    String arn =
        api.call(
                GetQueueAttributesRequest.builder()
                    .queueUrl(url)
                    .attributeNames(QueueAttributeName.QUEUE_ARN)
                    .build(),
                GetQueueAttributesResponse.class)
            .attributes()
            .getOrDefault(QueueAttributeName.QUEUE_ARN, "");
    return new Made(url, Map.of("Arn", arn, "QueueName", name, "QueueUrl", url));
  }

  private void deleteQueue(Wanted w, String url) {
    api.call(DeleteQueueRequest.builder().queueUrl(url).build(), DeleteQueueResponse.class);
  }

  private static Map<String, String> attributes(JsonNode properties) {
    var attributes = new LinkedHashMap<String, String>();
    for (var entry : properties.properties()) {
      switch (entry.getKey()) {
        case "QueueName", "Tags" -> {}
        default -> attributes.put(entry.getKey(), PropertyMapper.text(entry.getValue()));
      }
    }
    return attributes;
  }

  static Map<String, String> tags(JsonNode list) {
    var tags = new LinkedHashMap<String, String>();
    list.forEach(tag -> tags.put(tag.path("Key").asText(), tag.path("Value").asText()));
    return tags;
  }

  /// The keys of tags that a template no longer has.
  static List<String> removedTags(JsonNode wanted, JsonNode old) {
    var gone = new ArrayList<>(tags(old).keySet());
    gone.removeAll(tags(wanted).keySet());
    return gone;
  }

  private Made putPolicy(Wanted w) {
    for (JsonNode url : w.properties().path("Queues")) {
      setPolicy(url.asText(), w.properties().path("PolicyDocument").toString());
    }
    return new Made(w.uniqueName(), Map.of());
  }

  private void removePolicy(Wanted w, String id) {
    for (JsonNode url : w.properties().path("Queues")) {
      setPolicy(url.asText(), "");
    }
  }

  private void setPolicy(String url, String policy) {
    api.call(
        SetQueueAttributesRequest.builder()
            .queueUrl(url)
            .attributes(Map.of(QueueAttributeName.POLICY, policy))
            .build(),
        SetQueueAttributesResponse.class);
  }

  private Made createGroup(Wanted w) {
    String name = w.properties().path("LogGroupName").asText(w.uniqueName());
    api.call(
        CreateLogGroupRequest.builder()
            .logGroupName(name)
            .tags(tags(w.properties().path("Tags")))
            .build(),
        CreateLogGroupResponse.class);
    return updateGroup(w, name, w.properties());
  }

  private Made updateGroup(Wanted w, String name, JsonNode old) {
    JsonNode days = w.properties().path("RetentionInDays");
    if (!days.isMissingNode()) {
      api.call(
          PutRetentionPolicyRequest.builder()
              .logGroupName(name)
              .retentionInDays(days.asInt())
              .build(),
          PutRetentionPolicyResponse.class);
    }
    return new Made(name, Map.of("Arn", arnPrefix + name + ":*"));
  }

  private void deleteGroup(Wanted w, String name) {
    api.call(
        DeleteLogGroupRequest.builder().logGroupName(name).build(), DeleteLogGroupResponse.class);
  }
}
