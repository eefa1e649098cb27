// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.time.Duration;

/// The bounds of a spool.
///
/// @param maxBytes disk space of all segments together; beyond it the oldest segment goes
/// @param segmentBytes size at which a new segment is begun
/// @param batchWindow how long the first reading of a batch waits for others
/// @param batchBytes largest payload of a sealed batch
public record SpoolLimits(long maxBytes, int segmentBytes, Duration batchWindow, int batchBytes) {
  /// Refuses bounds that leave no segment to drop.
  public SpoolLimits {
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
}
