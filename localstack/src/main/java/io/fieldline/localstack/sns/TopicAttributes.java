// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.policy.MalformedPolicyException;
import io.fieldline.localstack.policy.PolicyDocument;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The attributes of a topic that can be set, and what each may be.
///
/// Source: Amazon SNS API Reference, SetTopicAttributes.
final class TopicAttributes {
  private static final int MOST_OF_NAME = 100;
  private static final Set<String> NOT_HERE =
      Set.of(
          "DeliveryPolicy",
          "KmsMasterKeyId",
          "ArchivePolicy",
          "DataProtectionPolicy",
          "ContentBasedDeduplication",
          "FifoThroughputScope");

  private TopicAttributes() {}

  /// What there was with what is given: an empty value takes an attribute back to its default.
  static Map<String, String> merged(Map<String, String> old, Map<String, String> given) {
    var all = new TreeMap<>(old);
    given.forEach((name, value) -> {
      check(name, value);
      if (value.isEmpty() || name.equals("FifoTopic")) {
        all.remove(name);
      } else {
        all.put(name, value);
      }
    });
    return all;
  }

  private static void check(String name, String value) {
    switch (name) {
      case "DisplayName" -> {
        if (value.codePointCount(0, value.length()) > MOST_OF_NAME) {
          throw SnsFailures.invalid("DisplayName Reason: expected at most 100 characters");
        }
      }
      case "Policy" -> policy(value);
      case "SignatureVersion" -> oneOf(name, value, "1", "2");
      case "TracingConfig" -> {
        if (value.equals("Active")) {
          throw SnsFailures.unsupported("Attributes", "TracingConfig Active");
        }
        oneOf(name, value, "PassThrough");
      }
      case "FifoTopic" -> {
        if (value.equals("true")) {
          throw SnsFailures.unsupported("Attributes", "A FIFO topic");
        }
        oneOf(name, value, "false");
      }
      default -> {
        if (NOT_HERE.contains(name) || name.contains("Feedback")) {
          throw SnsFailures.unsupported("Attributes", "The topic attribute " + name);
        }
        throw SnsFailures.invalid("AttributeName");
      }
    }
  }

  private static void policy(String value) {
    if (value.isEmpty()) {
      return;
    }
    try {
      PolicyDocument.parse(value);
    } catch (MalformedPolicyException e) {
      throw SnsFailures.invalid("Policy Error: " + e.getMessage());
    }
  }

  private static void oneOf(String name, String value, String... known) {
    if (!value.isEmpty() && !Set.of(known).contains(value)) {
      throw SnsFailures.invalid(
          name + " Reason: expected " + String.join(" or ", known) + ", got " + value);
    }
  }
}
