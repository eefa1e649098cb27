// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

/// Something that became of an alarm by itself.
///
/// @param kind what
/// @param atMs when, by the readings' time
/// @param value the value or rate that did it
/// @param isTold whether people are told of it: nobody is told of what was over when it came
public record AlarmEvent(Kind kind, long atMs, double value, boolean isTold) {
  /// What can become of an alarm.
  public enum Kind {
    /// It is an alarm now.
    RAISED,
    /// It is none any more.
    CLEARED,
    /// A person has taken notice.
    ACKNOWLEDGED,
    /// A person has said something.
    COMMENTED
  }
}
