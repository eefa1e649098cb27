// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.LogRecord.Accepted;
import io.fieldline.agent.spool.LogRecord.Checkpoint;
import io.fieldline.agent.spool.LogRecord.Cursor;
import io.fieldline.agent.spool.LogRecord.Sealed;
import io.fieldline.agent.spool.LogRecord.Unknown;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Finds out at a start where the spool stood. It reads from the segment of the oldest reading that
/// is in no batch, which the last checkpoint names: the backlog before it is not touched. Damaged
/// bytes are passed over; what is torn at the very end was never promised and is cut off.
final class Recovery {
  private static final Logger LOG = System.getLogger(Recovery.class.getName());
  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Pending unsealed;
  private final Map<String, Long> nextSeq = new HashMap<>();
  private Gap gap = Gap.NONE;
  private long cursor;
  private long tornBytes;
  private boolean isPartial;
  private @Nullable Segment unsettled;

  Recovery(Pending unsealed) {
    this.unsealed = unsealed;
  }

  void read(LogFiles files, long nowNanos) throws IOException {
    List<Segment> segments = files.oldestFirst();
    long from = firstToRead(segments);
    for (Segment segment : segments) {
      if (segment.number() >= from) {
        long soundEnd = read(segment, nowNanos);
        if (segment == segments.getLast()) {
          settle(segment, soundEnd);
        }
      }
    }
  }

  private static long firstToRead(List<Segment> segments) throws IOException {
    for (Segment segment : segments.reversed()) {
      Optional<Segment.Frame> first = patiently(segment, 0, segment.sizeBytes());
      if (first.isPresent()
          && RecordCodec.parse(first.get().body()) instanceof Checkpoint checkpoint) {
        return Math.min(checkpoint.unsealedFrom(), segment.number());
      }
      segment.close();
    }
    return 0;
  }

  /// Applies the records; the offset after the last one.
  private long read(Segment segment, long nowNanos) throws IOException {
    long end = segment.sizeBytes();
    long offset = 0;
    Optional<Segment.Frame> frame = patiently(segment, 0, end);
    while (frame.isPresent()) {
      isPartial |= frame.get().offset() > offset;
      apply(RecordCodec.parse(frame.get().body()), segment, nowNanos);
      offset = frame.get().endOffset();
      frame = patiently(segment, offset, end);
    }
    isPartial |= segment.hasGivenUp(offset, end);
    segment.close();
    return offset;
  }

  /// The first sound frame at or after an offset, of what the disk gives back after some attempts.
  private static Optional<Segment.Frame> patiently(Segment segment, long offset, long end)
      throws IOException {
    for (int attempt = 1; attempt < TRIES; attempt++) {
      try {
        return segment.soundFrameFrom(offset, end);
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    segment.giveUpUnreadable(offset, end);
    return segment.soundFrameFrom(offset, end);
  }

  /// What was read may be in the kernel's memory only: a process that is killed before its fsync
  /// leaves it there, to be forced, and one that is killed after an fsync that failed leaves what
  /// no force brings to the disk any more, to be written anew. What this start makes of it would
  /// point to what a power cut then takes away.
  private void settle(Segment segment, long soundEnd) {
    // What cannot be read was promised, perhaps, and may be read another time.
    boolean isTorn = !segment.hasGivenUp(soundEnd, segment.sizeBytes());
    long settledEnd = isTorn ? soundEnd : segment.sizeBytes();
    long torn = segment.sizeBytes() - settledEnd;
    tornBytes += torn;
    try {
      segment.endAt(settledEnd);
      segment.rewrite();
    } catch (IOException e) {
      unsettled = segment;
      LOG.log(Level.WARNING, "spool segment not settled: file={0}", segment.file(), e);
    }
    if (torn > 0) {
      LOG.log(
          Level.WARNING,
          "spool segment ends in a torn record, which is left out: file={0} offset={1} bytes={2}",
          segment.file(),
          Long.toString(soundEnd),
          Long.toString(torn));
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
        unsealed.add(accepted, segment.number(), nowNanos);
        nextSeq.merge(accepted.device(), next, Math::max);
      }
      case Sealed sealed -> {
        unsealed.remove(sealed, nowNanos);
        // The readings of a window have numbers that do not follow one another.
        long next = sealed.id().firstSeq() + (sealed.windows().isEmpty() ? sealed.readings() : 1);
        nextSeq.merge(sealed.id().device(), next, Math::max);
      }
      case Cursor read -> {
        cursor = Math.max(cursor, read.cursor());
        gap = read.gap();
      }
      case Unknown unknown ->
          LOG.log(
              Level.WARNING,
              "spool record of a later agent left alone: file={0} type={1}",
              segment.file(),
              unknown.type());
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

  /// A segment that was read and could not be forced; to be rewritten before anything is written.
  @Nullable Segment unsettled() {
    return unsettled;
  }

  /// Whether something was passed over that may have given out numbers and sealed batches, which
  /// may have gone to the cloud.
  boolean isPartial() {
    return isPartial;
  }

  long tornBytes() {
    return tornBytes;
  }
}
