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

  Gap plus(int moreReadings, long otherFromMs, long otherToMs) {
    if (readings == 0) {
      return new Gap(moreReadings, otherFromMs, otherToMs);
    }
    return new Gap(
        readings + moreReadings, Math.min(fromMs, otherFromMs), Math.max(toMs, otherToMs));
  }
}
