// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.List;

/// Readings that are safe on disk but not yet in a sealed batch. Used by the spool's thread only.
sealed interface Pending permits Unsealed, OpenWindows {
  /// Adds readings that lie in the segment of that number.
  void add(LogRecord.Accepted accepted, long segment, long nowNanos);

  /// Takes away the readings that are in that batch.
  void remove(LogRecord.Sealed sealed, long nowNanos);

  /// Number of the oldest segment that holds one; the largest number if none does.
  long oldestSegment();

  /// When the next batch is due, in nanoseconds of the monotonic clock; an hour off if there is
  /// nothing.
  long nextDueNanos(long nowNanos);

  /// The batches due now; nothing is taken away until [#remove] says that they are on disk.
  List<LogRecord.Sealed> due(long nowNanos);

  /// The batches that a start or a stop does not leave open.
  List<LogRecord.Sealed> all();

  /// What waits of a device is due then at the latest.
  void hasten(String device, long dueNanos);

  /// The disk's room becomes short: what keeps the oldest segment is due.
  void relieve(long nowNanos);
}
