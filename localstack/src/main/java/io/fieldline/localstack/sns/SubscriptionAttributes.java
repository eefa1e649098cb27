// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.AwsFailure;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The attributes of a subscription that can be set, and what each may be.
///
/// Source: Amazon SNS API Reference, SetSubscriptionAttributes.
final class SubscriptionAttributes {
  private static final Set<String> NOT_HERE =
      Set.of("DeliveryPolicy", "SubscriptionRoleArn", "ReplayPolicy");

  private SubscriptionAttributes() {}

  /// What there was with what is given: an empty value takes an attribute away.
  ///
  /// @param prefix of the failures: where the attributes stood in the request
  static Map<String, String> merged(
      String protocol, Map<String, String> old, Map<String, String> given, String prefix) {
    var all = new TreeMap<>(old);
    given.forEach((name, value) -> {
      check(protocol, name, value, prefix);
      boolean none = value.isEmpty() || (name.equals("FilterPolicy") && value.equals("{}"));
      if (none) {
        all.remove(name);
      } else {
        all.put(name, value);
      }
    });
    String filter = all.get("FilterPolicy");
    if (filter != null) {
      filter(filter, all.get("FilterPolicyScope"), prefix);
    }
    return all;
  }

  private static void check(String protocol, String name, String value, String prefix) {
    switch (name) {
      case "FilterPolicy" -> {}
      case "FilterPolicyScope" -> {
        if (!value.isEmpty() && !Set.of("MessageAttributes", "MessageBody").contains(value)) {
          throw SnsFailures.invalid(
              prefix
                  + "FilterPolicyScope: Invalid value ["
                  + value
                  + "]. Please use either MessageBody or MessageAttributes");
        }
      }
      case "RawMessageDelivery" -> raw(protocol, value, prefix);
      case "RedrivePolicy" -> {
        if (!value.isEmpty()) {
          redrive(value, prefix);
        }
      }
      default -> {
        if (NOT_HERE.contains(name)) {
          throw SnsFailures.unsupported("Attributes", "The subscription attribute " + name);
        }
        throw SnsFailures.invalid("AttributeName");
      }
    }
  }

  private static void raw(String protocol, String value, String prefix) {
    if (!value.equals("true") && !value.equals("false")) {
      throw SnsFailures.invalid(
          prefix + "RawMessageDelivery: Invalid value [" + value + "]. Must be true or false.");
    }
    if (value.equals("true") && protocol.equals("lambda")) {
      throw SnsFailures.invalid(
          prefix
              + "RawMessageDelivery: Delivery protocol [lambda] does not support raw message"
              + " delivery.");
    }
  }

  private static void redrive(String value, String prefix) {
    String target = SubscriptionRecord.deadLetterArn(value);
    if (!target.matches("arn:aws:sqs:[^:]+:\\d{12}:[A-Za-z0-9_-]{1,80}")) {
      throw SnsFailures.invalid(
          prefix
              + "RedrivePolicy: deadLetterTargetArn is an invalid arn, expected that of a standard"
              + " queue, got ["
              + target
              + "]");
    }
  }

  private static void filter(String policy, @Nullable String scope, String prefix) {
    try {
      FilterPolicy.parse(policy, FilterPolicy.Scope.of(scope));
    } catch (AwsFailure e) {
      throw prefix.isEmpty()
          ? e
          : new AwsFailure(
              e.code(),
              e.status(),
              e.message().replaceFirst("^Invalid parameter: ", "Invalid parameter: " + prefix));
    }
  }
}
