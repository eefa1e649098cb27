// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// A limit with a side. An alarm is raised when a value has been beyond it for `holdSeconds`, and
/// cleared when one has come back by `hysteresis`.
///
/// @param side on which side of the limit the alarm is
/// @param limit a value beyond it is an alarm, the value itself is not
/// @param hysteresis how far back the value must come, from 0
/// @param holdSeconds for how long values must be beyond it, from 0 to 86,400; time passes by
///   readings alone, so that the first beyond it and one so much later raise the alarm
public record AlarmBound(Side side, double limit, double hysteresis, long holdSeconds) {
  /// Refuses what can never be passed or come back from.
  public AlarmBound {
    Checks.finite("threshold", limit);
    if (!(hysteresis >= 0) || !Double.isFinite(hysteresis)) {
      throw Checks.wrong("hysteresis", "a finite number from 0", hysteresis);
    }
    Checks.seconds("holdSeconds", 0, holdSeconds);
  }

  /// The side of the limit on which values are an alarm.
  public enum Side {
    /// Larger values.
    ABOVE,
    /// Smaller values.
    BELOW
  }

  boolean isBeyond(double value) {
    return switch (side) {
      case ABOVE -> value > limit;
      case BELOW -> value < limit;
    };
  }

  boolean isBack(double value) {
    return switch (side) {
      case ABOVE -> value <= limit - hysteresis;
      case BELOW -> value >= limit + hysteresis;
    };
  }
}
