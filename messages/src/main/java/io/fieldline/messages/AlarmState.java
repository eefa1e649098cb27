// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// What an alarm rule has come to.
///
/// @param raised whether the alarm stands
/// @param sinceMs time of the reading that raised or cleared it
/// @param lastMs time of the newest reading that was looked at
/// @param value the value at `sinceMs`
public record AlarmState(boolean raised, long sinceMs, long lastMs, double value) {
  /// The state before any reading.
  public static final AlarmState NONE = new AlarmState(false, 0, -1, 0);
}
