// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import org.jspecify.annotations.Nullable;

/// What is an alarm on a device, and what is then to be commanded.
///
/// @param name its name
/// @param subject whose readings
/// @param condition what the alarm is
/// @param command what the backend commands when the alarm is raised
public record AlarmRule(
    String name, AlarmSubject subject, AlarmCondition condition, @Nullable Reaction command) {
  /// Refuses what names nothing, and a rule that is about itself.
  public AlarmRule {
    Checks.name("name", name);
    if (condition instanceof AlarmCondition.Composite composite
        && composite.rules().contains(name)) {
      throw Checks.wrong("rules", "other rules than '" + name + "' itself", name);
    }
  }

  /// A rule about one device.
  ///
  /// @param device whose readings
  public AlarmRule(
      String name, String device, AlarmCondition condition, @Nullable Reaction command) {
    this(name, new AlarmSubject.Device(device), condition, command);
  }

  /// This rule as it is judged on one of the devices that it is about.
  public AlarmRule on(String device) {
    return new AlarmRule(name, device, condition, command);
  }

  /// The device of a rule about one: any other is judged as {@link #on} one.
  public String device() {
    if (subject instanceof AlarmSubject.Device(var device)) {
      return device;
    }
    throw new IllegalStateException("expected a rule about one device, got one about " + subject);
  }

  /// Whether a state of another version of the rule is one of this: it is about the same.
  public boolean isAboutTheSameAs(AlarmRule other) {
    return subject.equals(other.subject)
        && condition.getClass() == other.condition.getClass()
        && condition.sensor().equals(other.condition.sensor());
  }

  /// A command that needs no person.
  ///
  /// @param thing whose actuator; {@link #ITSELF} for that of the device on which the alarm is
  /// @param actuator which one
  /// @param value what it is set to
  /// @param validForMs for how many milliseconds it may be carried out after it was issued
  public record Reaction(String thing, String actuator, ActuatorValue value, long validForMs) {
    /// No thing has such a name.
    public static final String ITSELF = "@device";

    private static final long MAX_VALID_MS = 7L * 24 * 3600 * 1000;

    /// Refuses what cannot be carried out.
    public Reaction {
      if (!thing.equals(ITSELF)) {
        Checks.name("command/thing", thing);
      }
      Checks.name("command/actuator", actuator);
      if (validForMs < 1000 || validForMs > MAX_VALID_MS) {
        throw Checks.wrong("command/validForMs", "1000 to " + MAX_VALID_MS, validForMs);
      }
    }

    /// Whose actuator it is where the alarm is on a device of a gateway, or on a thing itself.
    ///
    /// @param gateway under which the device publishes; the device itself, if it is a thing
    public String thingFor(String gateway) {
      return thing.equals(ITSELF) ? gateway : thing;
    }

    /// As that thing calls the actuator.
    public String actuatorFor(String device, String gateway) {
      return thing.equals(ITSELF) ? ActuatorName.of(device, gateway, actuator) : actuator;
    }
  }
}
