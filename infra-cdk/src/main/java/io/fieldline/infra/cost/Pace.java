// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import java.util.OptionalDouble;

/// How fast functions are where they run, and how many take from a queue at once.
///
/// @param pollers of a queue. Source: AWS Lambda Developer Guide, scaling of Amazon SQS event
///   source mappings: five at the least. The local stack has one.
/// @param pollSeconds of a poller's own requests in a round: to receive and to delete
/// @param invocationSeconds of the telemetry function, besides its messages
/// @param messageSeconds for each message
/// @param together how many messages an invocation takes, where that was counted
record Pace(
    int pollers,
    double pollSeconds,
    double invocationSeconds,
    double messageSeconds,
    OptionalDouble together) {
  /// Assumed: a warm function, four milliseconds for each message's calls of DynamoDB, and ten for
  /// a poller's two requests of SQS.
  static final Pace AWS = new Pace(5, 0.010, 0.012, 0.004, OptionalDouble.empty());

  Pace {
    if (pollers < 1 || pollSeconds < 0 || invocationSeconds <= 0 || messageSeconds < 0) {
      throw new IllegalArgumentException(
          "expected a poller or more, requests of 0 ms or more and an invocation of more than 0 ms, got "
              + pollers
              + ", "
              + pollSeconds * 1000
              + ", "
              + invocationSeconds * 1000
              + " and "
              + messageSeconds * 1000);
    }
  }
}
