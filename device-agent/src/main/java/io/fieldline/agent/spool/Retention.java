// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// How long a lane keeps what it could not deliver: until its bytes are used up, until it is too
/// old, or until the disk needs the room.
///
/// @param limits the lane's bounds
/// @param time while it is not known, nothing is dropped for its age
/// @param diskWantsRoom whether the disk is short of room and no less important lane has any to
///   give
record Retention(LaneLimits limits, Clock clock, Timekeeping time, BooleanSupplier diskWantsRoom) {
  /// @param newestMs time of the newest reading in the oldest segment; asked for only if the file
  ///   is old, because a clock that was wrong has dated it
  Optional<Gap.Cause> mustDrop(long sizeBytes, Segment oldest, LongSupplier newestMs) {
    if (sizeBytes > limits.maxBytes()) {
      return Optional.of(Gap.Cause.QUOTA);
    }
    if (limits.maxAge().isPresent() && time.isKnown()) {
      long keptFromMs = clock.millis() - limits.maxAge().get().toMillis();
      if (lastWrittenMs(oldest) < keptFromMs && newestMs.getAsLong() < keptFromMs) {
        return Optional.of(Gap.Cause.AGE);
      }
    }
    return diskWantsRoom.getAsBoolean() ? Optional.of(Gap.Cause.DISK) : Optional.empty();
  }

  private static long lastWrittenMs(Segment segment) {
    try {
      return segment.lastWrittenMs();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}
