// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import java.util.OptionalDouble;
import java.util.SplittableRandom;

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

  private static final int BATCH = 10;
  private static final int TRIED = 200_000;

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

  double messagesPerInvocation(double messagesPerSecond) {
    return together.orElseGet(() -> expected(messagesPerSecond));
  }

  /// A poller that is free takes a message as it comes; what comes while all are busy is taken
  /// together by the next that is. Tried with messages that come at random times, the same each
  /// time.
  private double expected(double messagesPerSecond) {
    double[] come = arrivals(messagesPerSecond);
    double[] free = new double[pollers];
    int invocations = 0;
    int next = 0;
    while (next < TRIED) {
      int poller = first(free);
      double begin = Math.max(free[poller], come[next]);
      int taken = 0;
      while (next < TRIED && taken < BATCH && come[next] <= begin) {
        next++;
        taken++;
      }
      free[poller] = begin + pollSeconds + invocationSeconds + messageSeconds * taken;
      invocations++;
    }
    return (double) TRIED / invocations;
  }

  private static double[] arrivals(double perSecond) {
    var random = new SplittableRandom(1);
    double[] come = new double[TRIED];
    double now = 0;
    for (int i = 0; i < TRIED; i++) {
      now += random.nextExponential() / perSecond;
      come[i] = now;
    }
    return come;
  }

  private static int first(double[] free) {
    int first = 0;
    for (int i = 1; i < free.length; i++) {
      first = free[i] < free[first] ? i : first;
    }
    return first;
  }
}
