// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import java.time.Clock;
import java.time.Duration;

/// How long an invocation goes on: what is not done by then is told to the queue again, since the
/// function ends after a minute.
final class TimeLeft implements Runnable {
  private static final Duration AT_ONCE = Duration.ofSeconds(40);

  private final Clock clock;
  private final long untilMs;

  TimeLeft(Clock clock) {
    this.clock = clock;
    this.untilMs = clock.millis() + AT_ONCE.toMillis();
  }

  /// There is none.
  static final class IsUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Fails by {@link IsUp} when there is none.
  @Override
  public void run() {
    if (clock.millis() > untilMs) {
      throw new IsUp();
    }
  }
}
