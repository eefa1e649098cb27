// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// What an alarm rule has come to.
///
/// @param raised whether the alarm stands
/// @param sinceMs when it was raised or cleared, by the readings' time
/// @param lastMs time of the newest reading that was looked at
/// @param value the value, or rate, that raised or cleared it
/// @param beyondMs since when values are beyond the bound without being an alarm yet; -1 if they
///   are not
/// @param anchorMs time of the reading from which the next rate is counted; -1 before the first
/// @param anchor its value
public record AlarmState(
    boolean raised,
    long sinceMs,
    long lastMs,
    double value,
    long beyondMs,
    long anchorMs,
    double anchor) {
  /// For a time that is not there.
  public static final long NEVER = -1;

  /// The state before any reading.
  public static final AlarmState NONE = new AlarmState(false, 0, NEVER, 0, NEVER, NEVER, 0);

  AlarmState seen(long atMs) {
    return new AlarmState(raised, sinceMs, atMs, value, beyondMs, anchorMs, anchor);
  }

  AlarmState beyondSince(long atMs) {
    return new AlarmState(raised, sinceMs, lastMs, value, atMs, anchorMs, anchor);
  }

  AlarmState anchored(long atMs, double from) {
    return new AlarmState(raised, sinceMs, lastMs, value, beyondMs, atMs, from);
  }

  /// The other of raised and cleared.
  AlarmState turned(long atMs, double by) {
    return new AlarmState(!raised, atMs, lastMs, by, NEVER, anchorMs, anchor);
  }

  /// Whether this says no more than another, apart from what was looked at.
  public boolean isAs(AlarmState other) {
    return seen(other.lastMs).equals(other);
  }
}
