// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A topic as it is kept.
///
/// @param attributes those that were set; the others have their defaults
/// @param unsubscribed how many subscriptions it has lost
record TopicRecord(
    String arn, Map<String, String> attributes, Map<String, String> tags, long unsubscribed) {
  TopicRecord {
    attributes = Map.copyOf(attributes);
    tags = Map.copyOf(tags);
  }

  String account() {
    return arn.split(":")[4];
  }

  /// Its own policy, or the one with which SNS makes a topic.
  String policy() {
    @Nullable String own = attributes.get("Policy");
    return own == null ? defaultPolicy() : own;
  }

  int signatureVersion() {
    return Integer.parseInt(attributes.getOrDefault("SignatureVersion", "1"));
  }

  TopicRecord withAttributes(Map<String, String> all) {
    return new TopicRecord(arn, all, tags, unsubscribed);
  }

  TopicRecord withTags(Map<String, String> all) {
    return new TopicRecord(arn, attributes, new TreeMap<>(all), unsubscribed);
  }

  TopicRecord withOneLess() {
    return new TopicRecord(arn, attributes, tags, unsubscribed + 1);
  }

  /// Source: Amazon SNS Developer Guide, "Overview of managing access in Amazon SNS";
  /// GetTopicAttributes of a new topic.
  private String defaultPolicy() {
    return """
    {"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",\
    "Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",\
    "SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",\
    "SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"%s",\
    "Condition":{"StringEquals":{"AWS:SourceOwner":"%s"}}}]}\
    """
        .formatted(arn, account());
  }
}
