// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.fieldline.localstack.api.StackInfo;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// What arrives: the JSON that SNS puts around a message, signed by this stack. Thread-safe.
///
/// Source: Amazon SNS Developer Guide, "HTTP/HTTPS notification JSON format" and "Parsing Amazon
/// SNS message formats"; AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS
/// notifications".
final class Envelopes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectWriter INDENTED =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private final Signer signer;
  private final StackInfo stack;

  Envelopes(Signer signer, StackInfo stack) {
    this.signer = signer;
    this.stack = stack;
  }

  /// For a queue or an HTTP endpoint.
  String notification(Notification message, SubscriptionRecord to) {
    var members = members(message, to);
    members.put("SigningCertURL", certificateUrl());
    members.put("UnsubscribeURL", unsubscribeUrl(to));
    if (!message.attributes().isEmpty()) {
      members.put("MessageAttributes", attributes(message.attributes()));
    }
    return text(INDENTED, members);
  }

  private LinkedHashMap<String, Object> members(Notification message, SubscriptionRecord to) {
    String text = message.text(to.protocol());
    var members = new LinkedHashMap<String, Object>();
    members.put("Type", "Notification");
    members.put("MessageId", message.id());
    members.put("TopicArn", message.topic().arn());
    if (message.subject() != null) {
      members.put("Subject", message.subject());
    }
    members.put("Message", text);
    members.put("Timestamp", message.timestamp());
    int version = message.topic().signatureVersion();
    String signature = signer.sign(texts(members), version);
    members.put("SignatureVersion", Integer.toString(version));
    members.put("Signature", signature);
    return members;
  }

  /// The event of a function.
  String event(Notification message, SubscriptionRecord to) {
    var sns = members(message, to);
    sns.putIfAbsent("Subject", null);
    sns.put("SigningCertUrl", certificateUrl());
    sns.put("UnsubscribeUrl", unsubscribeUrl(to));
    sns.put("MessageAttributes", attributes(message.attributes()));
    var entry = new LinkedHashMap<String, Object>();
    entry.put("EventSource", "aws:sns");
    entry.put("EventVersion", "1.0");
    entry.put("EventSubscriptionArn", to.arn());
    entry.put("Sns", sns);
    return text(JSON.writer(), Map.of("Records", List.of(entry)));
  }

  /// What asks an HTTP endpoint to confirm.
  ///
  /// @param id of this message
  String confirmation(SubscriptionRecord pending, TopicRecord topic, String id, String timestamp) {
    var members = new LinkedHashMap<String, Object>();
    members.put("Type", "SubscriptionConfirmation");
    members.put("MessageId", id);
    members.put("Token", pending.token());
    members.put("TopicArn", pending.topicArn());
    members.put(
        "Message",
        "You have chosen to subscribe to the topic "
            + pending.topicArn()
            + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.");
    members.put(
        "SubscribeURL",
        url("ConfirmSubscription")
            + "&TopicArn="
            + encoded(pending.topicArn())
            + "&Token="
            + encoded(pending.token()));
    members.put("Timestamp", timestamp);
    String signature = signer.sign(texts(members), topic.signatureVersion());
    members.put("SignatureVersion", Integer.toString(topic.signatureVersion()));
    members.put("Signature", signature);
    members.put("SigningCertURL", certificateUrl());
    return text(INDENTED, members);
  }

  private static Map<String, String> texts(Map<String, Object> members) {
    var texts = new TreeMap<String, String>();
    members.forEach((name, value) -> texts.put(name, value.toString()));
    return texts;
  }

  private static Map<String, Object> attributes(Map<String, MessageAttributeValue> given) {
    var all = new TreeMap<String, Object>();
    given.forEach((name, value) -> {
      var members = new LinkedHashMap<String, @Nullable String>();
      members.put("Type", value.dataType());
      members.put(
          "Value",
          value.binaryValue() == null
              ? value.stringValue()
              : Base64.getEncoder().encodeToString(value.binaryValue().asByteArray()));
      all.put(name, members);
    });
    return all;
  }

  private String certificateUrl() {
    return stack.endpoint().get() + signer.certificatePath();
  }

  private String unsubscribeUrl(SubscriptionRecord to) {
    return url("Unsubscribe") + "&SubscriptionArn=" + encoded(to.arn());
  }

  /// With the version of the API, by which this stack's one endpoint knows the service.
  private String url(String action) {
    return stack.endpoint().get() + "/?Action=" + action + "&Version=2010-03-31";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%3A", ":");
  }

  private static String text(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message cannot be written", e);
    }
  }
}
