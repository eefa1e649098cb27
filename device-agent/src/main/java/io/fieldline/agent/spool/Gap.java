// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What was accepted and could not be kept until the cloud had it.
///
/// @param readings how many readings were lost since the folder was created
/// @param recent the latest stretches of it, oldest first
public record Gap(long readings, List<Stretch> recent) {
  /// Nothing lost.
  public static final Gap NONE = new Gap(0, List.of());

  private static final int KEPT = 8;
  private static final long JOINED_WITHIN_MS = Duration.ofMinutes(5).toMillis();

  /// Copies the list.
  public Gap {
    recent = List.copyOf(recent);
  }

  /// Why readings had to go.
  public enum Cause {
    /// The lane holds its bytes.
    QUOTA,
    /// They were older than the lane keeps.
    AGE,
    /// The disk has less free space than it is to have.
    DISK,
    /// What the disk gave back was not what had been written.
    DAMAGE,
    /// A person gave them up.
    OPERATOR
  }

  /// Readings lost one after the other for one cause.
  ///
  /// @param fromMs time of the earliest lost reading
  /// @param toMs time of the latest one
  public record Stretch(long readings, long fromMs, long toMs, Cause cause) {}

  /// With these lost as well; what follows on the last stretch becomes part of it.
  Gap plus(Stretch lost) {
    if (lost.readings == 0) {
      return this;
    }
    List<Stretch> stretches = new ArrayList<>(recent);
    Stretch added = lost;
    if (!recent.isEmpty() && follows(recent.getLast(), lost)) {
      Stretch last = stretches.removeLast();
      added =
          new Stretch(
              last.readings + lost.readings,
              Math.min(last.fromMs, lost.fromMs),
              Math.max(last.toMs, lost.toMs),
              lost.cause);
    }
    stretches.add(added);
    int tooMany = Math.max(0, stretches.size() - KEPT);
    return new Gap(readings + lost.readings, stretches.subList(tooMany, stretches.size()));
  }

  private static boolean follows(Stretch last, Stretch next) {
    return last.cause == next.cause
        && next.fromMs <= last.toMs + JOINED_WITHIN_MS
        && last.fromMs <= next.toMs + JOINED_WITHIN_MS;
  }
}
