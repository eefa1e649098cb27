// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// Alarm rules as a pure function of state and reading; agent and backend share it.
public final class AlarmEvaluator {
  private AlarmEvaluator() {}

  /// The state after a reading of the rule's sensor. A reading of another sensor, or one not newer
  /// than what was looked at before, changes nothing.
  public static AlarmState next(AlarmRule rule, AlarmState before, Reading reading) {
    if (!reading.device().equals(rule.device())
        || !reading.sensor().equals(rule.sensor())
        || reading.atMs() <= before.lastMs()) {
      return before;
    }
    boolean raised = before.raised() ? !cleared(rule, reading.value()) : beyond(rule, reading);
    if (raised == before.raised()) {
      return new AlarmState(raised, before.sinceMs(), reading.atMs(), before.value());
    }
    return new AlarmState(raised, reading.atMs(), reading.atMs(), reading.value());
  }

  private static boolean beyond(AlarmRule rule, Reading reading) {
    return switch (rule.side()) {
      case ABOVE -> reading.value() > rule.threshold();
      case BELOW -> reading.value() < rule.threshold();
    };
  }

  private static boolean cleared(AlarmRule rule, double value) {
    return switch (rule.side()) {
      case ABOVE -> value <= rule.threshold() - rule.hysteresis();
      case BELOW -> value >= rule.threshold() + rule.hysteresis();
    };
  }
}
