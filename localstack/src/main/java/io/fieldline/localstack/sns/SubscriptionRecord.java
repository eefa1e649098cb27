// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.Subscription;

/// A subscription as it is kept.
///
/// @param arn the topic's ARN with an id behind it
/// @param principal ARN of who subscribed
/// @param attributes those that were set; the others have their defaults
/// @param token by which the endpoint confirms
/// @param authenticated the confirmation was signed
/// @param guarded only a signed call may unsubscribe it
record SubscriptionRecord(
    String arn,
    String topicArn,
    String protocol,
    String endpoint,
    String principal,
    Map<String, String> attributes,
    String token,
    Instant tokenMade,
    boolean confirmed,
    boolean authenticated,
    boolean guarded) {
  SubscriptionRecord {
    attributes = Map.copyOf(attributes);
  }

  String owner() {
    return topicArn.split(":")[4];
  }

  boolean isHttp() {
    return protocol.startsWith("http");
  }

  boolean isRaw() {
    return "true".equals(attributes.get("RawMessageDelivery"));
  }

  Optional<FilterPolicy> filter() {
    @Nullable String policy = attributes.get("FilterPolicy");
    return policy == null
        ? Optional.empty()
        : Optional.of(
            FilterPolicy.parse(policy, FilterPolicy.Scope.of(attributes.get("FilterPolicyScope"))));
  }

  /// Source: Amazon SNS Developer Guide, "Amazon SNS dead-letter queues".
  Optional<String> deadLetterArn() {
    @Nullable String policy = attributes.get("RedrivePolicy");
    return policy == null ? Optional.empty() : Optional.of(deadLetterArn(policy));
  }

  /// Empty where the policy is none.
  static String deadLetterArn(String redrivePolicy) {
    try {
      return new ObjectMapper().readTree(redrivePolicy).path("deadLetterTargetArn").asText("");
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  boolean sameAs(String otherTopic, String otherProtocol, String otherEndpoint) {
    return topicArn.equals(otherTopic)
        && protocol.equals(otherProtocol)
        && endpoint.equals(otherEndpoint);
  }

  SubscriptionRecord withAttributes(Map<String, String> all) {
    return new SubscriptionRecord(
        arn,
        topicArn,
        protocol,
        endpoint,
        principal,
        all,
        token,
        tokenMade,
        confirmed,
        authenticated,
        guarded);
  }

  SubscriptionRecord withToken(String newToken, Instant made) {
    return new SubscriptionRecord(
        arn,
        topicArn,
        protocol,
        endpoint,
        principal,
        attributes,
        newToken,
        made,
        confirmed,
        authenticated,
        guarded);
  }

  SubscriptionRecord confirmed(boolean signed, boolean guard) {
    return new SubscriptionRecord(
        arn,
        topicArn,
        protocol,
        endpoint,
        principal,
        attributes,
        token,
        tokenMade,
        true,
        signed,
        guard);
  }

  Subscription described() {
    return Subscription.builder()
        .subscriptionArn(confirmed ? arn : "PendingConfirmation")
        .owner(owner())
        .protocol(protocol)
        .endpoint(endpoint)
        .topicArn(topicArn)
        .build();
  }
}
