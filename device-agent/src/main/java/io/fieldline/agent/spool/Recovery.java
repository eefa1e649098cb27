// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.LogRecord.Accepted;
import io.fieldline.agent.spool.LogRecord.Checkpoint;
import io.fieldline.agent.spool.LogRecord.Cursor;
import io.fieldline.agent.spool.LogRecord.Sealed;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the whole log once at start and finds out where the spool stood. A torn or damaged record
/// ends its segment: what follows it in that file was never promised or cannot be trusted, and is
/// cut off; the segments after it count.
final class Recovery {
  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  private final Unsealed unsealed;
  private final Map<String, Long> nextSeq = new HashMap<>();
  private Gap gap = Gap.NONE;
  private long cursor;
  private long damagedBytes;

  Recovery(Unsealed unsealed) {
    this.unsealed = unsealed;
  }

  void read(LogFiles files, long nowNanos) throws IOException {
    for (Segment segment : files.oldestFirst()) {
      long offset = 0;
      long end = segment.sizeBytes();
      Optional<Segment.Frame> frame = segment.frameAt(0, end);
      while (frame.isPresent()) {
        apply(RecordCodec.parse(frame.get().body()), segment, nowNanos);
        offset = frame.get().endOffset();
        frame = segment.frameAt(offset, end);
      }
      if (offset < end) {
        damagedBytes += end - offset;
        LOG.log(
            Level.WARNING,
            "spool segment cut at its first bad record: file={0} offset={1} bytes={2}",
            segment.file(),
            offset,
            end - offset);
        segment.truncate(offset);
      }
    }
  }

  private void apply(LogRecord record, Segment segment, long nowNanos) {
    switch (record) {
      case Checkpoint checkpoint -> {
        checkpoint.nextSeq().forEach((device, seq) -> nextSeq.merge(device, seq, Math::max));
        cursor = Math.max(cursor, checkpoint.cursor());
        gap = checkpoint.gap();
      }
      case Accepted accepted -> {
        long next = accepted.firstSeq() + accepted.samples().size();
        unsealed.add(
            accepted.device(), segment.number(), accepted.firstSeq(), accepted.samples(), nowNanos);
        nextSeq.merge(accepted.device(), next, Math::max);
      }
      case Sealed sealed ->
          unsealed.removeBelow(
              sealed.id().device(), sealed.id().firstSeq() + sealed.readings(), nowNanos);
      case Cursor read -> {
        cursor = Math.max(cursor, read.cursor());
        gap = read.gap();
      }
    }
  }

  Map<String, Long> nextSeq() {
    return nextSeq;
  }

  long cursor() {
    return cursor;
  }

  Gap gap() {
    return gap;
  }

  long damagedBytes() {
    return damagedBytes;
  }
}
