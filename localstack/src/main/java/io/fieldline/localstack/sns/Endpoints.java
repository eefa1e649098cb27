// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// What a subscription may deliver to.
///
/// Source: Amazon SNS API Reference, Subscribe.
final class Endpoints {
  private Endpoints() {}

  /// The endpoint, if it is one of its protocol.
  static String checked(String protocol, @Nullable String endpoint) {
    switch (protocol) {
      case "sqs", "lambda", "http", "https", "email", "email-json", "sms" -> {}
      case "application", "firehose" ->
          throw SnsFailures.unsupported("Protocol", "The protocol " + protocol);
      default ->
          throw SnsFailures.invalid(
              "Protocol Reason: Does not support this protocol string: " + protocol);
    }
    if (endpoint == null || endpoint.isEmpty()) {
      throw SnsFailures.invalid("Endpoint Reason: Please specify an endpoint");
    }
    switch (protocol) {
      case "sqs" -> queue(endpoint);
      case "lambda" -> {
        if (!endpoint.matches("arn:aws:lambda:[^:]+:\\d{12}:function:.+")) {
          throw SnsFailures.invalid("Lambda endpoint ARN");
        }
      }
      case "email", "email-json" -> {
        if (!endpoint.matches("[^@\\s]+@[^@\\s]+")) {
          throw SnsFailures.invalid("Email address");
        }
      }
      case "sms" -> {
        // Source: Amazon SNS Developer Guide, mobile text messaging: numbers in the form of E.164.
        if (!endpoint.matches("\\+[1-9]\\d{1,14}")) {
          throw SnsFailures.invalid("Endpoint Reason: Invalid SMS endpoint: " + endpoint);
        }
      }
      default -> web(protocol, endpoint);
    }
    return endpoint;
  }

  private static void queue(String endpoint) {
    if (!endpoint.matches("arn:aws:sqs:[^:]+:\\d{12}:[A-Za-z0-9_.-]+")) {
      throw SnsFailures.invalid("SQS endpoint ARN");
    }
    if (endpoint.endsWith(".fifo")) {
      throw SnsFailures.invalid(
          "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
    }
  }

  private static void web(String protocol, String endpoint) {
    try {
      URI address = new URI(endpoint);
      if (protocol.equals(address.getScheme()) && address.getHost() != null) {
        return;
      }
    } catch (URISyntaxException e) {
      // No address: refused below.
    }
    throw SnsFailures.invalid(
        "Endpoint must match the specified protocol: expected an address that begins with "
            + protocol
            + "://, got "
            + endpoint);
  }
}
