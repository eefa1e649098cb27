// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import org.jspecify.annotations.Nullable;

/// What a device reports of a command: the three fields of the command verbatim, so that the delta
/// is empty, and how far it came.
///
/// @param id the command's
/// @param value the command's
/// @param expiresAtMs the command's
/// @param status how far it came
/// @param atMs epoch milliseconds at which it came so far, by the device's clock
/// @param detail why, for people
public record CommandOutcome(
    String id,
    ActuatorValue value,
    long expiresAtMs,
    CommandStatus status,
    long atMs,
    @Nullable String detail) {
  /// The longest detail.
  public static final int MAX_DETAIL = 256;

  /// Cuts a long detail, refuses what is no outcome.
  public CommandOutcome {
    Checks.name("id", id);
    Checks.time("expiresAtMs", expiresAtMs);
    Checks.time("atMs", atMs);
    if (detail != null && detail.length() > MAX_DETAIL) {
      detail = detail.substring(0, MAX_DETAIL - 1) + "…";
    }
  }
}
