// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

/// What was accepted and then had to go because the spool reached its bound.
///
/// @param readings how many readings were lost since the folder was created
/// @param fromMs time of the earliest lost reading, 0 if none
/// @param toMs time of the latest lost reading, 0 if none
public record Gap(long readings, long fromMs, long toMs) {
  /// Nothing lost.
  public static final Gap NONE = new Gap(0, 0, 0);

  /// Both together.
  Gap plus(Gap other) {
    if (readings == 0 || other.readings == 0) {
      return readings == 0 ? other : this;
    }
    return new Gap(
        readings + other.readings, Math.min(fromMs, other.fromMs), Math.max(toMs, other.toMs));
  }
}
