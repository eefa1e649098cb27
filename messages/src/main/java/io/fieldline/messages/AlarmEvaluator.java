// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.util.function.Predicate;

/// Alarm rules as a pure function of state and what has come since; agent and backend share it.
public final class AlarmEvaluator {
  /// For how long absence is seen before it is believed.
  private static final long WAIT_MS = 120_000;

  /// Who has not looked for longer was away.
  private static final long LONGEST_WAIT_MS = 3 * WAIT_MS;

  private AlarmEvaluator() {}

  /// The state after a reading. One of another sensor, or one not newer than what was looked at
  /// before, changes nothing; nor does any a rule that is not about values.
  public static AlarmState next(AlarmRule rule, AlarmState before, Reading reading) {
    if (!reading.device().equals(rule.device()) || reading.atMs() <= before.lastMs()) {
      return before;
    }
    return switch (rule.condition()) {
      case AlarmCondition.Threshold(var of, var bound) when of.equals(reading.sensor()) ->
          judged(bound, before.seen(reading.atMs()), reading.value());
      case AlarmCondition.Rate rate when rate.of().equals(reading.sensor()) ->
          changed(rate, before.seen(reading.atMs()), reading.value());
      case AlarmCondition.Threshold _,
          AlarmCondition.Rate _,
          AlarmCondition.Absence _,
          AlarmCondition.Composite _ ->
          before;
    };
  }

  private static AlarmState judged(AlarmBound bound, AlarmState seen, double value) {
    long atMs = seen.lastMs();
    if (seen.raised()) {
      return bound.isBack(value) ? seen.turned(atMs, value) : seen;
    }
    if (!bound.isBeyond(value)) {
      return seen.beyondSince(AlarmState.NEVER);
    }
    long beyondMs = seen.beyondMs() == AlarmState.NEVER ? atMs : seen.beyondMs();
    return atMs - beyondMs >= bound.holdSeconds() * 1000
        ? seen.turned(atMs, value)
        : seen.beyondSince(beyondMs);
  }

  private static AlarmState changed(AlarmCondition.Rate rate, AlarmState seen, double value) {
    long tookMs = seen.lastMs() - seen.anchorMs();
    if (seen.anchorMs() == AlarmState.NEVER) {
      return seen.anchored(seen.lastMs(), value);
    }
    if (tookMs < rate.overSeconds() * 1000) {
      return seen;
    }
    double change = (value - seen.anchor()) * rate.per().millis() / tookMs;
    // Beyond the range of numbers is the end of the range.
    double counted = Math.clamp(change, -Double.MAX_VALUE, Double.MAX_VALUE);
    return judged(rate.bound(), seen, counted).anchored(seen.lastMs(), value);
  }

  /// The state of a rule about absence when somebody looks. It is raised at the time at which it
  /// became true, but only when it has been seen for a while: when the backend was away, what came
  /// meanwhile is still to be taken when it looks for the first time.
  ///
  /// @param newestMs time of the newest reading
  public static AlarmState looked(
      AlarmCondition.Absence absence, AlarmState before, long newestMs, long nowMs) {
    long dueMs = newestMs + absence.afterSeconds() * 1000;
    if (newestMs < before.lastMs()) {
      return before;
    }
    if (nowMs <= dueMs) {
      return before.raised()
          ? before.seen(newestMs).turned(newestMs, absence.afterSeconds())
          : before.beyondSince(AlarmState.NEVER);
    }
    if (before.raised()) {
      return before;
    }
    long waitedMs = nowMs - before.beyondMs();
    if (before.beyondMs() == AlarmState.NEVER || waitedMs > LONGEST_WAIT_MS) {
      return before.beyondSince(nowMs);
    }
    return waitedMs < WAIT_MS
        ? before
        : before.seen(newestMs).turned(dueMs, absence.afterSeconds());
  }

  /// The state of a composite when one of its rules has changed.
  ///
  /// @param isRaised which rules are raised
  /// @param atMs when the one changed
  /// @param lastMs time of the newest reading that was looked at for it
  public static AlarmState composed(
      AlarmCondition.Composite composite,
      AlarmState before,
      Predicate<String> isRaised,
      long atMs,
      long lastMs) {
    long raised = composite.rules().stream().filter(isRaised).count();
    boolean isIt =
        switch (composite.of()) {
          case ALL -> raised == composite.rules().size();
          case ANY -> raised > 0;
        };
    var seen = before.seen(Math.max(lastMs, before.lastMs()));
    return isIt == before.raised() ? seen : seen.turned(Math.max(atMs, before.sinceMs()), raised);
  }
}
