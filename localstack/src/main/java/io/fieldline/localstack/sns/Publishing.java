// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.*;

/// Publish and PublishBatch: a message checked, named and given to its topic's subscriptions.
///
/// Source: Amazon SNS API Reference, Publish and PublishBatch.
final class Publishing {
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_ENTRIES = 10;
  private static final int MOST_OF_SUBJECT = 100;

  private final Topics topics;
  private final InstantSource clock;
  private final Supplier<String> newId;
  private final Consumer<Notification> deliver;

  Publishing(
      Topics topics, InstantSource clock, Supplier<String> newId, Consumer<Notification> deliver) {
    this.topics = topics;
    this.clock = clock;
    this.newId = newId;
    this.deliver = deliver;
  }

  void register(Api api) {
    api.on(PublishRequest.class, this::publish)
        .resource("sns:Publish", Publishing::target)
        .resourcePolicy(r -> topics.policyOf(target(r)));
    api.on(PublishBatchRequest.class, this::publishBatch)
        .resource("sns:Publish", PublishBatchRequest::topicArn)
        .resourcePolicy(r -> topics.policyOf(r.topicArn()));
  }

  private static String target(PublishRequest request) {
    @Nullable String arn = request.topicArn() == null ? request.targetArn() : request.topicArn();
    return arn == null ? "*" : arn;
  }

  private PublishResponse publish(PublishRequest request) {
    if (request.phoneNumber() != null) {
      throw SnsFailures.unsupported("PhoneNumber", "A message to a phone");
    }
    if (request.topicArn() == null && request.targetArn() == null) {
      throw SnsFailures.invalid("TopicArn or TargetArn Reason: no value for required parameter");
    }
    if (target(request).contains(":endpoint/")) {
      throw SnsFailures.unsupported("TargetArn", "A mobile push endpoint");
    }
    var notification =
        checked(
            topics.existing(target(request)),
            request.message(),
            request.subject(),
            request.messageStructure(),
            request.messageAttributes());
    ordered(request.messageGroupId(), request.messageDeduplicationId());
    deliver.accept(notification);
    return PublishResponse.builder().messageId(notification.id()).build();
  }

  private PublishBatchResponse publishBatch(PublishBatchRequest request) {
    TopicRecord topic = topics.existing(request.topicArn());
    checkEntries(request.publishBatchRequestEntries());
    var successful = new ArrayList<PublishBatchResultEntry>();
    var failed = new ArrayList<BatchResultErrorEntry>();
    for (PublishBatchRequestEntry entry : request.publishBatchRequestEntries()) {
      try {
        ordered(entry.messageGroupId(), entry.messageDeduplicationId());
        var notification =
            checked(
                topic,
                entry.message(),
                entry.subject(),
                entry.messageStructure(),
                entry.messageAttributes());
        deliver.accept(notification);
        successful.add(
            PublishBatchResultEntry.builder().id(entry.id()).messageId(notification.id()).build());
      } catch (AwsFailure e) {
        failed.add(
            BatchResultErrorEntry.builder()
                .id(entry.id())
                .code(e.code())
                .message(e.message())
                .senderFault(e.status() < 500)
                .build());
      }
    }
    return PublishBatchResponse.builder().successful(successful).failed(failed).build();
  }

  private static void checkEntries(List<PublishBatchRequestEntry> entries) {
    if (entries.isEmpty()) {
      throw new AwsFailure(
          "EmptyBatchRequest", 400, "The batch request doesn't contain any entries.");
    }
    if (entries.size() > MOST_ENTRIES) {
      throw new AwsFailure(
          "TooManyEntriesInBatchRequest",
          400,
          "The batch request contains more entries than permissible (more than 10).");
    }
    var seen = new HashSet<String>();
    long bytes = 0;
    for (PublishBatchRequestEntry entry : entries) {
      if (!entry.id().matches("[A-Za-z0-9_-]{1,80}")) {
        throw new AwsFailure(
            "InvalidBatchEntryId",
            400,
            "The Id of a batch entry in a batch request doesn't abide by the specification: "
                + entry.id());
      }
      if (!seen.add(entry.id())) {
        throw new AwsFailure(
            "BatchEntryIdsNotDistinct",
            400,
            "Two or more batch entries in the request have the same Id: " + entry.id());
      }
      bytes += size(entry.message(), entry.messageAttributes());
    }
    if (bytes > MOST_BYTES) {
      throw new AwsFailure(
          "BatchRequestTooLong",
          400,
          "The length of all the batch messages put together is more than the limit.");
    }
  }

  private static void ordered(@Nullable String group, @Nullable String deduplication) {
    if (group != null || deduplication != null) {
      throw SnsFailures.invalid(
          (group == null ? "MessageDeduplicationId" : "MessageGroupId")
              + " Reason: The request includes a parameter that is not valid for this topic type");
    }
  }

  private Notification checked(
      TopicRecord topic,
      String message,
      @Nullable String subject,
      @Nullable String structure,
      Map<String, MessageAttributeValue> attributes) {
    if (message.isEmpty()) {
      throw SnsFailures.invalid("Empty message");
    }
    attributes.forEach(Publishing::checkAttribute);
    if (size(message, attributes) > MOST_BYTES) {
      throw SnsFailures.invalid("Message too long");
    }
    if (subject != null && !isSubject(subject)) {
      throw SnsFailures.invalid("Subject");
    }
    return new Notification(
        newId.get(), topic, subject, texts(message, structure), attributes, clock.instant());
  }

  private static boolean isSubject(String subject) {
    return !subject.isBlank()
        && subject.length() <= MOST_OF_SUBJECT
        && subject.chars().noneMatch(c -> c < ' ' || c == 0x7f);
  }

  private static Map<String, String> texts(String message, @Nullable String structure) {
    if (structure == null || structure.isEmpty()) {
      return Map.of("default", message);
    }
    if (!structure.equals("json")) {
      throw SnsFailures.invalid("MessageStructure");
    }
    var texts = new HashMap<String, String>();
    for (var entry : object(message).properties()) {
      if (entry.getValue().isTextual()) {
        texts.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    if (!texts.containsKey("default")) {
      throw SnsFailures.invalid("Message Structure - No default entry in JSON message body");
    }
    return texts;
  }

  private static JsonNode object(String message) {
    try {
      JsonNode node = new ObjectMapper().readTree(message);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // No JSON: refused below.
    }
    throw SnsFailures.invalid("Message Structure - JSON message body failed to parse");
  }

  private static void checkAttribute(String name, MessageAttributeValue value) {
    if (!name.matches("[A-Za-z0-9_.-]{1,256}")) {
      throw SnsFailures.invalidValue(
          "Invalid non-alphanumeric character in attribute name " + name);
    }
    String type = value.dataType();
    boolean binary = type.startsWith("Binary");
    if (!binary && !type.startsWith("String") && !type.startsWith("Number")) {
      throw SnsFailures.invalidValue(
          "The message attribute '"
              + name
              + "' has an invalid message attribute type, the set of supported type prefixes is"
              + " Binary, Number, and String.");
    }
    if (binary ? value.binaryValue() == null : isEmpty(value.stringValue())) {
      throw SnsFailures.invalidValue(
          "The message attribute '"
              + name
              + "' must contain non-empty message attribute value for message attribute type '"
              + type
              + "'.");
    }
    if (type.startsWith("Number") && !isNumber(value.stringValue())) {
      throw SnsFailures.invalidValue(
          "Could not cast message attribute '" + name + "' value to number.");
    }
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static boolean isNumber(String text) {
    try {
      return new BigDecimal(text.strip()).precision() > 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static long size(String message, Map<String, MessageAttributeValue> attributes) {
    long size = bytes(message);
    for (var entry : attributes.entrySet()) {
      MessageAttributeValue value = entry.getValue();
      size += bytes(entry.getKey()) + bytes(value.dataType()) + bytes(value.stringValue());
      size += value.binaryValue() == null ? 0 : value.binaryValue().asByteArrayUnsafe().length;
    }
    return size;
  }

  private static long bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
