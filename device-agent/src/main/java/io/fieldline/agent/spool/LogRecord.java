// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.messages.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a segment holds.
sealed interface LogRecord {
  /// First record of every segment: all that would be lost with the segments before it. A start
  /// needs this and what follows; it does not read the backlog.
  ///
  /// @param unsealedFrom number of the oldest segment with readings that are in no batch yet; what
  ///   is before it need not be read to know where the spool stood
  /// @param nextSeq the next sequence number of every device ever seen
  record Checkpoint(long cursor, Gap gap, long unsealedFrom, Map<String, Long> nextSeq)
      implements LogRecord {}

  /// Readings a sensor was told are safe.
  ///
  /// @param window what goes out in their place, if they do not go out themselves
  record Accepted(String device, long firstSeq, List<Reading> samples, Optional<Window> window)
      implements LogRecord {}

  /// A batch ready to be published; its readings need their own records no more.
  ///
  /// @param readings of how many readings it is, each by itself or in a window
  /// @param windows those that it closes; empty if it holds readings themselves
  record Sealed(
      BatchId id, int readings, long fromMs, long toMs, byte[] payload, List<WindowId> windows)
      implements LogRecord {
    /// A batch of readings themselves.
    Sealed(BatchId id, int readings, long fromMs, long toMs, byte[] payload) {
      this(id, readings, fromMs, toMs, payload, List.of());
    }
  }

  /// One window of one sensor of the batch's device.
  record WindowId(String sensor, String unit, Window window, long startMs) {}

  /// Everything before this position has been acknowledged by the cloud or given up.
  record Cursor(long cursor, Gap gap) implements LogRecord {}

  /// Of a type that this agent does not know: a later one wrote it. Left alone.
  record Unknown(byte type) implements LogRecord {}
}
