// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// When to try again: a random time up to a bound that doubles with each failure (full jitter).
///
/// Source: AWS Architecture Blog, "Exponential Backoff and Jitter". For one thread.
public final class Backoff {
  private final Duration min;
  private final Duration max;
  private final RandomGenerator random;
  private Duration bound;

  /// A back-off between these bounds.
  public Backoff(Duration min, Duration max, RandomGenerator random) {
    this.min = min;
    this.max = max;
    this.random = random;
    this.bound = min;
  }

  /// Waits, and will wait longer next time.
  public void pause() throws InterruptedException {
    Thread.sleep(next());
  }

  /// How long to wait now.
  public Duration next() {
    long millis = random.nextLong(Math.max(1, bound.toMillis())) + 1;
    Duration doubled = bound.multipliedBy(2);
    bound = doubled.compareTo(max) > 0 ? max : doubled;
    return Duration.ofMillis(millis);
  }

  /// It worked: the next failure waits briefly.
  public void reset() {
    bound = min;
  }
}
