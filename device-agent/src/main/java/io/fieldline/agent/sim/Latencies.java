// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/// How long many things took, in classes of 2 % width; may be used from any thread.
final class Latencies {
  private static final double WIDTH = Math.log(1.02);
  private static final int CLASSES = 1200;

  private final AtomicLongArray counts = new AtomicLongArray(CLASSES);

  void add(Duration time) {
    double micros = Math.max(1, time.toNanos() / 1e3);
    counts.incrementAndGet((int) Math.min(CLASSES - 1, Math.log(micros) / WIDTH));
  }

  long count() {
    long all = 0;
    for (int i = 0; i < CLASSES; i++) {
      all += counts.get(i);
    }
    return all;
  }

  /// Milliseconds within which this part of them were, from 0 to 1; 0 if there were none.
  double within(double part) {
    long wanted = (long) Math.ceil(count() * part);
    long seen = 0;
    for (int i = 0; i < CLASSES && wanted > 0; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return Math.exp((i + 1) * WIDTH) / 1e3;
      }
    }
    return 0;
  }
}
