// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// Which invocations are traced: of each function the first in a second, and one in twenty of the
/// others.
///
/// Source: AWS Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray".
final class Sampler {
  private static final double RATE = 0.05;

  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, Long> lastSeconds = new ConcurrentHashMap<>();

  Sampler(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  boolean samples(String function) {
    long second = clock.instant().getEpochSecond();
    Long last = lastSeconds.put(function, second);
    return last == null || last != second || random.nextDouble() < RATE;
  }
}
