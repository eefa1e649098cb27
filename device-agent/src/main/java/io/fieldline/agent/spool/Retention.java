// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// How long a lane keeps what it could not deliver: until its bytes are used up, until it is too
/// old, or until the disk needs the room.
///
/// @param limits the lane's bounds
/// @param clock a clock that was never set drops nothing for its age
/// @param diskWantsRoom whether the disk is short of room and no less important lane has any to
///   give
record Retention(LaneLimits limits, Clock clock, BooleanSupplier diskWantsRoom) {
  /// No agent existed before; a time earlier than this is of a clock that was not set.
  private static final long FIRST_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  Optional<Gap.Cause> mustDrop(long sizeBytes, Segment oldest) {
    if (sizeBytes > limits.maxBytes()) {
      return Optional.of(Gap.Cause.QUOTA);
    }
    if (limits.maxAge().isPresent() && isOlder(oldest, limits.maxAge().get())) {
      return Optional.of(Gap.Cause.AGE);
    }
    return diskWantsRoom.getAsBoolean() ? Optional.of(Gap.Cause.DISK) : Optional.empty();
  }

  private boolean isOlder(Segment segment, Duration maxAge) {
    try {
      long writtenMs = segment.lastWrittenMs();
      return writtenMs >= FIRST_MS && clock.millis() - writtenMs > maxAge.toMillis();
    } catch (IOException e) {
      return false;
    }
  }
}
