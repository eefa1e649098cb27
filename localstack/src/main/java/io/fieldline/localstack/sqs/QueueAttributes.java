// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.policy.MalformedPolicyException;
import io.fieldline.localstack.policy.PolicyDocument;
import java.util.Map;
import java.util.TreeMap;

/// The attributes that a caller may set, and what each may hold.
///
/// Source: Amazon SQS API reference, "SetQueueAttributes" and "CreateQueue".
final class QueueAttributes {
  static final Map<String, String> DEFAULTS =
      Map.of(
          "VisibilityTimeout", "30",
          "MaximumMessageSize", "1048576",
          "MessageRetentionPeriod", "345600",
          "DelaySeconds", "0",
          "ReceiveMessageWaitTimeSeconds", "0",
          "SqsManagedSseEnabled", "true");

  private QueueAttributes() {}

  /// The old attributes with the wanted ones set; an empty text takes a policy away.
  static Map<String, String> merged(Map<String, String> old, Map<String, String> wanted) {
    var merged = new TreeMap<>(old);
    wanted.forEach((name, value) -> {
      check(name, value);
      if (value.isEmpty()) {
        merged.remove(name);
      } else {
        merged.put(name, value);
      }
    });
    return merged;
  }

  private static void check(String name, String value) {
    switch (name) {
      case "VisibilityTimeout" -> number(name, value, 0, 43_200);
      case "MaximumMessageSize" -> number(name, value, 1024, 1_048_576);
      case "MessageRetentionPeriod" -> number(name, value, 60, 1_209_600);
      case "DelaySeconds" -> number(name, value, 0, 900);
      case "ReceiveMessageWaitTimeSeconds" -> number(name, value, 0, 20);
      case "Policy" -> policy(value);
      case "RedrivePolicy" -> {
        if (!value.isEmpty()) {
          Redrive.parse(value);
        }
      }
      case "SqsManagedSseEnabled" -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw SqsFailures.invalidAttribute(name, value, "true or false");
        }
      }
      case "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit" ->
          throw SqsFailures.unsupported("A FIFO queue (attribute " + name + ")");
      case "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy" -> {
        if (!value.isEmpty()) {
          throw SqsFailures.unsupported("The queue attribute " + name);
        }
      }
      default ->
          throw new AwsFailure("InvalidAttributeName", 400, "Unknown Attribute " + name + ".");
    }
  }

  private static void number(String name, String value, int least, int most) {
    if (!value.matches("\\d{1,8}")
        || Integer.parseInt(value) < least
        || Integer.parseInt(value) > most) {
      throw SqsFailures.invalidAttribute(name, value, "a number from " + least + " to " + most);
    }
  }

  private static void policy(String json) {
    if (json.isEmpty()) {
      return;
    }
    try {
      PolicyDocument.parse(json);
    } catch (MalformedPolicyException e) {
      throw SqsFailures.invalidAttribute("Policy", json, "a policy: " + e.getMessage());
    }
  }
}
