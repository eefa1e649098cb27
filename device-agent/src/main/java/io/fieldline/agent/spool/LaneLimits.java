// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.time.Duration;
import java.util.Optional;

/// The bounds of a lane.
///
/// @param maxBytes disk space of all its segments together; beyond it the oldest segment goes
/// @param segmentBytes size at which a new segment is begun
/// @param maxAge what could not be delivered for so long goes; empty to keep it
/// @param batchWindow how long the first reading of a batch waits for others
/// @param batchBytes largest payload of a sealed batch
public record LaneLimits(
    long maxBytes,
    int segmentBytes,
    Optional<Duration> maxAge,
    Duration batchWindow,
    int batchBytes) {
  /// Refuses bounds that leave no segment to drop.
  public LaneLimits {
    if (segmentBytes < 4096 || maxBytes < 3L * segmentBytes) {
      throw new IllegalArgumentException(
          "a spool holds three segments of at least 4096 bytes, got maxBytes="
              + maxBytes
              + " segmentBytes="
              + segmentBytes);
    }
    if (batchBytes < 256 || batchWindow.isNegative()) {
      throw new IllegalArgumentException(
          "batchBytes is at least 256 and batchWindow not negative, got "
              + batchBytes
              + ", "
              + batchWindow);
    }
  }

  /// Bounds with no age.
  public LaneLimits(long maxBytes, int segmentBytes, Duration batchWindow, int batchBytes) {
    this(maxBytes, segmentBytes, Optional.empty(), batchWindow, batchBytes);
  }
}
