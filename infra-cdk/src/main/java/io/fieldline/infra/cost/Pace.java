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

  private static final double BATCH = 10;
  private static final int STEPS = 100;

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

  /// What comes while a poller is busy is there when it looks again; where nothing came, it waits
  /// for one. So a poller that hears of `x` messages in a round takes `x + e^-x` on average, and a
  /// round is the longer the more it takes.
  double messagesPerInvocation(double messagesPerSecond) {
    return together.orElseGet(() -> expected(messagesPerSecond));
  }

  private double expected(double messagesPerSecond) {
    double taken = 1;
    for (int i = 0; i < STEPS; i++) {
      double round = pollSeconds + invocationSeconds + messageSeconds * taken;
      double come = messagesPerSecond / pollers * round;
      taken = Math.clamp(come + Math.exp(-come), 1, BATCH);
    }
    return taken;
  }
}
