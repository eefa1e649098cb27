// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import org.jspecify.annotations.Nullable;

/// When a sensor's value is an alarm, and what is then to be commanded. It is raised when the value
/// passes `threshold`, and cleared when it has come back by `hysteresis`.
///
/// @param name its name
/// @param device whose sensor
/// @param sensor which sensor
/// @param side on which side of the threshold the alarm is
/// @param threshold a value beyond it is an alarm, the value itself is not
/// @param hysteresis how far back the value must come, from 0
/// @param command what the backend commands when the alarm is raised
public record AlarmRule(
    String name,
    String device,
    String sensor,
    Side side,
    double threshold,
    double hysteresis,
    @Nullable Reaction command) {
  /// Refuses rules that can never be raised or cleared.
  public AlarmRule {
    Checks.name("name", name);
    Checks.name("device", device);
    Checks.label("sensor", sensor);
    Checks.finite("threshold", threshold);
    if (!(hysteresis >= 0) || !Double.isFinite(hysteresis)) {
      throw Checks.wrong("hysteresis", "a finite number from 0", hysteresis);
    }
  }

  /// The side of the threshold on which values are an alarm.
  public enum Side {
    /// Larger values.
    ABOVE,
    /// Smaller values.
    BELOW
  }

  /// A command that needs no person.
  ///
  /// @param thing whose actuator
  /// @param actuator which one
  /// @param value what it is set to
  /// @param validForMs for how many milliseconds it may be carried out after it was issued
  public record Reaction(String thing, String actuator, ActuatorValue value, long validForMs) {
    private static final long MAX_VALID_MS = 7L * 24 * 3600 * 1000;

    /// Refuses what cannot be carried out.
    public Reaction {
      Checks.name("command/thing", thing);
      Checks.name("command/actuator", actuator);
      if (validForMs < 1000 || validForMs > MAX_VALID_MS) {
        throw Checks.wrong("command/validForMs", "1000 to " + MAX_VALID_MS, validForMs);
      }
    }
  }
}
