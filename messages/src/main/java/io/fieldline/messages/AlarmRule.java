// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import org.jspecify.annotations.Nullable;

/// What is an alarm on a device, and what is then to be commanded.
///
/// @param name its name
/// @param device whose readings
/// @param condition what the alarm is
/// @param command what the backend commands when the alarm is raised
public record AlarmRule(
    String name, String device, AlarmCondition condition, @Nullable Reaction command) {
  /// Refuses what names nothing, and a rule that is about itself.
  public AlarmRule {
    Checks.name("name", name);
    Checks.name("device", device);
    if (condition instanceof AlarmCondition.Composite composite
        && composite.rules().contains(name)) {
      throw Checks.wrong("rules", "other rules than '" + name + "' itself", name);
    }
  }

  /// Whether a state of another version of the rule is one of this: it is about the same.
  public boolean isAboutTheSameAs(AlarmRule other) {
    return device.equals(other.device)
        && condition.getClass() == other.condition.getClass()
        && condition.sensor().equals(other.condition.sensor());
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
