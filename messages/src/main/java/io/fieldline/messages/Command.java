// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// What the backend desires of one actuator, in the named shadow `commands`.
///
/// @param id tells it from every other command of the thing
/// @param value what the actuator is to be set to
/// @param expiresAtMs epoch milliseconds after which it must not be carried out any more
public record Command(String id, ActuatorValue value, long expiresAtMs) {
  /// Refuses what cannot be answered.
  public Command {
    Checks.name("id", id);
    Checks.time("expiresAtMs", expiresAtMs);
  }

  /// The answer to this command.
  public CommandOutcome outcome(CommandStatus status, long atMs) {
    return new CommandOutcome(id, value, expiresAtMs, status, atMs, null);
  }

  /// The answer to this command, with a reason for people.
  public CommandOutcome outcome(CommandStatus status, long atMs, String detail) {
    return new CommandOutcome(id, value, expiresAtMs, status, atMs, detail);
  }
}
