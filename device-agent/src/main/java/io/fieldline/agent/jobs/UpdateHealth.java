// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.cloud.LinkState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Whether this version of the agent works: it is connected, has delivered a batch or has none to
/// deliver, and stays so for a moment.
final class UpdateHealth implements UpdateJob.Health {
  private static final Duration SETTLED = Duration.ofSeconds(5);
  private static final Duration SHORTEST_MARGIN = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(200);

  private final LinkState link;
  private final BooleanSupplier delivers;

  /// @param delivers whether a batch was acknowledged since the start, or none waits
  UpdateHealth(LinkState link, BooleanSupplier delivers) {
    this.link = link;
    this.delivers = delivers;
  }

  /// What is wrong when the time is nearly over; empty as soon as all is well. The launcher judges
  /// when it is over.
  @Override
  public Optional<String> problemWithin(Duration left) throws InterruptedException {
    Duration tenth = left.dividedBy(10);
    Duration margin = tenth.compareTo(SHORTEST_MARGIN) > 0 ? tenth : SHORTEST_MARGIN;
    Duration quarter = left.dividedBy(4);
    Duration settled = quarter.compareTo(SETTLED) < 0 ? quarter : SETTLED;
    long now = System.nanoTime();
    long deadline = now + left.minus(margin).toNanos();
    long wellSince = now;
    while (now < deadline) {
      if (!link.isConnected() || !delivers.getAsBoolean()) {
        wellSince = now;
      } else if (now - wellSince >= settled.toNanos()) {
        return Optional.empty();
      }
      Thread.sleep(LOOK);
      now = System.nanoTime();
    }
    if (link.isConnected()) {
      return Optional.of("the new version connected and had no batch acknowledged");
    }
    return Optional.of(
        "the new version did not connect: "
            + link.lastTrouble()
                .map(trouble -> trouble.cause() + "; " + trouble.meaning())
                .orElse("no cause known"));
  }
}
