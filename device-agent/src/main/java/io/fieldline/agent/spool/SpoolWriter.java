// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.LogRecord.Accepted;
import io.fieldline.agent.spool.LogRecord.Checkpoint;
import io.fieldline.agent.spool.LogRecord.Cursor;
import io.fieldline.agent.spool.LogRecord.Sealed;
import io.fieldline.agent.spool.SpoolException.Reason;
import io.fieldline.messages.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Writes the log: what was accepted, the batches that are due and the cursor, in one write and one
/// fsync a round. A round that fails leaves the log as it was. Used by the spool's thread only,
/// apart from the counters.
final class SpoolWriter {
  private static final Logger LOG = System.getLogger(SpoolWriter.class.getName());
  private static final Duration CURSOR_DELAY = Duration.ofMillis(200);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(2);

  private final LogFiles files;
  private final LaneLimits limits;
  private final Pending unsealed;
  private final Retention retention;
  private final Timekeeping time;
  private final Map<String, Long> nextSeq;
  private @Nullable Segment active;
  private @Nullable Segment unsettled;
  private @Nullable Segment uncut;
  private boolean activeIsSound;
  private long savedAcknowledged;
  private long notBeforeNanos;
  private boolean failing;
  private boolean deleteFailed;
  private long datedSegment = -1;
  private long datedMs;
  private volatile Gap gap;
  private volatile long end;
  private volatile long accepted;
  private long sealed;
  private volatile long refused;
  private volatile long fsyncs;

  SpoolWriter(
      LogFiles files,
      LaneLimits limits,
      Pending unsealed,
      Retention retention,
      Timekeeping time,
      Recovery recovered) {
    this.files = files;
    this.limits = limits;
    this.unsealed = unsealed;
    this.retention = retention;
    this.time = time;
    this.nextSeq = new HashMap<>(recovered.nextSeq());
    this.gap = recovered.gap();
    this.unsettled = recovered.unsettled();
    this.notBeforeNanos = System.nanoTime();
  }

  /// Seals what the last run left; the end of the log. A disk that takes nothing now is tried again
  /// in each round: what is there goes out meanwhile.
  long begin(long cursor) {
    end = files.end();
    Round round = new Round();
    List<Sealed> left = unsealed.all();
    left.forEach(round::add);
    try {
      if (!round.isEmpty()) {
        write(round, cursor);
        applySealed(left, System.nanoTime());
      }
    } catch (IOException e) {
      fail(List.of(), e, System.nanoTime());
    }
    return end;
  }

  long end() {
    return end;
  }

  /// Batches sealed since the spool was opened.
  long sealed() {
    return sealed;
  }

  /// How long the writer may wait for more. While nothing is on its way there is no acknowledgement
  /// to keep, and it only looks after age and free disk.
  long waitNanos(long nowNanos, LaneLog.Progress progress) {
    long due = Math.max(unsealed.nextDueNanos(nowNanos), notBeforeNanos) - nowNanos;
    boolean isQuiet = progress.inFlight() == 0 && progress.acknowledged() == savedAcknowledged;
    return Math.clamp(due, 0, (isQuiet ? IDLE : CURSOR_DELAY).toNanos());
  }

  /// What waits of a device is due then at the latest.
  void hasten(String device, long dueNanos) {
    unsealed.hasten(device, dueNanos);
  }

  /// One round; every waiting writer is told its outcome. A now of the largest number: the last.
  void commit(List<Inbox.Waiting> waiting, LaneLog.Progress progress, long nowNanos) {
    boolean last = nowNanos == Long.MAX_VALUE;
    boolean mayRetry = last || nowNanos - notBeforeNanos >= 0;
    Map<String, Long> seqBefore = new HashMap<>();
    var round = new Round();
    if (isTight() && !canEvict()) {
      unsealed.relieve(nowNanos);
    }
    try {
      List<Sealed> cuts = last ? unsealed.all() : mayRetry ? unsealed.due(nowNanos) : List.of();
      cuts.forEach(round::add);
      List<Accepted> arrivals = number(waiting, seqBefore);
      arrivals.forEach(round::add);
      boolean mustForce = !round.isEmpty();
      boolean savesCursor = progress.acknowledged() != savedAcknowledged && mayRetry;
      if (savesCursor) {
        round.add(new Cursor(progress.cursor(), gap));
      }
      if (round.isEmpty()) {
        return;
      }
      write(round, progress.cursor(), mustForce);
      if (savesCursor) {
        savedAcknowledged = progress.acknowledged();
      }
      applySealed(cuts, nowNanos);
      applyAccepted(arrivals, last ? System.nanoTime() : nowNanos);
      succeed(waiting);
    } catch (IOException | RuntimeException e) {
      if (activeIsSound || active == null) {
        nextSeq.putAll(seqBefore);
      }
      fail(waiting, e, nowNanos);
    }
  }

  /// Whether the lane's room is so short that what keeps its oldest segment should go out.
  private boolean isTight() {
    return files.sizeBytes() >= limits.maxBytes() - 2L * limits.segmentBytes();
  }

  private List<Accepted> number(List<Inbox.Waiting> waiting, Map<String, Long> seqBefore) {
    record Kind(String device, Optional<Window> window) {}
    Map<Kind, List<Reading>> kinds = new LinkedHashMap<>();
    for (Inbox.Waiting one : waiting) {
      for (Reading sample : one.samples()) {
        kinds
            .computeIfAbsent(new Kind(sample.device(), one.window()), _ -> new ArrayList<>())
            .add(sample);
      }
    }
    List<Accepted> arrivals = new ArrayList<>();
    kinds.forEach((kind, samples) -> {
      long first = nextSeq.getOrDefault(kind.device(), 0L);
      seqBefore.putIfAbsent(kind.device(), first);
      nextSeq.put(kind.device(), first + samples.size());
      arrivals.add(new Accepted(kind.device(), first, samples, kind.window()));
    });
    return arrivals;
  }

  private void write(Round round, long cursor) throws IOException {
    write(round, cursor, true);
  }

  private void write(Round round, long cursor, boolean force) throws IOException {
    Segment segment = writable(cursor);
    long before = segment.sizeBytes();
    try {
      segment.append(ByteBuffer.wrap(round.frames.toByteArray()));
      if (force) {
        segment.force();
        fsyncs++;
      }
    } catch (IOException e) {
      undo(segment, before);
      throw e;
    }
    notBeforeNanos = System.nanoTime();
    end = segment.position(segment.sizeBytes());
    if (failing) {
      failing = false;
      LOG.log(Level.INFO, "spool takes readings again: file={0}", segment.file());
    }
  }

  private Segment writable(long cursor) throws IOException {
    Segment current = active;
    if (current != null && activeIsSound && current.sizeBytes() < limits.segmentBytes()) {
      return current;
    }
    if (files.sizeBytes() >= limits.maxBytes() && current != null && !canEvict()) {
      throw new SpoolException(
          Reason.FULL, "the spool holds its " + limits.maxBytes() + " bytes: try again later");
    }
    settleEarlier();
    Segment next = files.begin();
    try {
      long unsealedFrom = Math.min(unsealed.oldestSegment(), next.number());
      var checkpoint = new Checkpoint(cursor, gap, unsealedFrom, Map.copyOf(nextSeq));
      next.append(ByteBuffer.wrap(RecordCodec.frame(checkpoint)));
      next.force();
    } catch (IOException e) {
      files.delete(next);
      throw e;
    }
    active = next;
    activeIsSound = true;
    return next;
  }

  private void settleEarlier() throws IOException {
    if (unsettled != null) {
      unsettled.rewrite();
      unsettled = null;
    }
    if (uncut != null) {
      uncut.settleAt(uncut.sizeBytes());
      uncut = null;
    }
  }

  private void undo(Segment segment, long toBytes) {
    try {
      segment.truncate(toBytes);
    } catch (IOException e) {
      // The next round begins a new segment, once this one is cut: the same readings must not be
      // found in two batches of one number.
      activeIsSound = false;
      uncut = segment;
      segment.endAt(toBytes);
      LOG.log(Level.WARNING, "spool segment could not be cut back: file={0}", segment.file(), e);
    }
  }

  private void applySealed(List<Sealed> cuts, long nowNanos) {
    for (Sealed cut : cuts) {
      unsealed.remove(cut, nowNanos);
    }
    sealed += cuts.size();
  }

  private void applyAccepted(List<Accepted> arrivals, long nowNanos) {
    long segment = Segment.numberOf(end);
    for (Accepted arrival : arrivals) {
      unsealed.add(arrival, segment, nowNanos);
      accepted += arrival.samples().size();
    }
  }

  private static void succeed(List<Inbox.Waiting> waiting) {
    waiting.forEach(Inbox.Waiting::succeed);
  }

  private void fail(List<Inbox.Waiting> waiting, Exception cause, long nowNanos) {
    if (!failing) {
      LOG.log(Level.WARNING, "spool cannot write: cause={0}", cause.toString());
    }
    failing = true;
    notBeforeNanos = nowNanos + RETRY_DELAY.toNanos();
    refused += waiting.size();
    var why =
        cause instanceof SpoolException known
            ? known
            : new SpoolException(
                Reason.FULL,
                "the disk takes no more (" + cause.getMessage() + "): try again later");
    waiting.forEach(one -> one.fail(why));
  }

  /// Deletes the segments that hold nothing unsealed and nothing unacknowledged.
  void dropDone(long cursor) {
    long keepFrom = Math.min(Segment.numberOf(cursor), unsealed.oldestSegment());
    for (Segment segment : files.oldestFirst()) {
      if (segment.number() >= keepFrom || segment == active || !delete(segment)) {
        return;
      }
    }
  }

  private boolean delete(Segment segment) {
    try {
      files.delete(segment);
      deleteFailed = false;
      return true;
    } catch (IOException e) {
      if (!deleteFailed) {
        LOG.log(Level.WARNING, "spool segment not deleted: file={0}", segment.file(), e);
      }
      deleteFailed = true;
      return false;
    }
  }

  /// Why the oldest segment must go, if it must and can.
  Optional<Gap.Cause> mustDrop() {
    Segment oldest = files.oldest();
    return oldest != null && canEvict()
        ? retention.mustDrop(files.sizeBytes(), oldest, () -> newestMs(oldest))
        : Optional.empty();
  }

  /// Time of the newest reading in a segment, read once; far ahead if that is not known yet.
  private long newestMs(Segment segment) {
    if (datedSegment == segment.number()) {
      return datedMs;
    }
    long newestMs = Long.MIN_VALUE;
    try {
      long end = segment.sizeBytes();
      Optional<Segment.Frame> frame = segment.soundFrameFrom(0, end);
      while (frame.isPresent()) {
        if (RecordCodec.parse(frame.get().body()) instanceof Sealed sealed) {
          OptionalLong shift = time.shiftMs(sealed.toMs());
          if (shift.isEmpty()) {
            return Long.MAX_VALUE;
          }
          newestMs = Math.max(newestMs, sealed.toMs() + shift.getAsLong());
        }
        frame = segment.soundFrameFrom(frame.get().endOffset(), end);
      }
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
    datedSegment = segment.number();
    datedMs = newestMs;
    return newestMs;
  }

  /// Whether there is a segment that could be dropped: not the last, whose checkpoint is needed,
  /// and with nothing that is in no batch yet.
  boolean canEvict() {
    Segment oldest = files.oldest();
    return oldest != null
        && files.after(oldest.number()) != null
        && oldest.number() < unsealed.oldestSegment();
  }

  /// Drops the oldest segment and says where the log now begins. What it held that was not
  /// acknowledged is counted on disk first: a process that is killed in between counts it, too.
  /// Where the disk does not let it go, the log begins where it did.
  long evictOldest(OutCursor out, Gap.Cause cause) {
    Segment oldest = Objects.requireNonNull(files.oldest());
    Gap before = gap;
    try {
      gap = readable(oldest, out, before, cause);
      saveGap(out.acked());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "spool segment cannot be read: file={0}", oldest.file(), e);
    }
    if (!delete(oldest)) {
      gap = before;
      return oldest.position(0);
    }
    if (gap.readings() > before.readings()) {
      LOG.log(
          Level.WARNING,
          "spool dropped its oldest segment: cause={0} file={1} lostReadings={2}",
          cause,
          oldest.file(),
          Long.toString(gap.readings() - before.readings()));
    }
    return oldest.number() + 1 << 32;
  }

  /// Counts what the disk did not give back. With the spool's lock.
  void lost(Gap.Stretch stretch) {
    gap = gap.plus(stretch);
  }

  private Gap readable(Segment segment, OutCursor out, Gap before, Gap.Cause cause)
      throws IOException {
    try {
      return unacknowledged(segment, out, before, cause);
    } catch (IOException e) {
      segment.giveUpUnreadable(0, segment.sizeBytes());
      return unacknowledged(segment, out, before, cause);
    }
  }

  private Gap unacknowledged(Segment segment, OutCursor out, Gap before, Gap.Cause cause)
      throws IOException {
    Gap gap = before;
    long end = segment.sizeBytes();
    Optional<Segment.Frame> frame = segment.soundFrameFrom(0, end);
    while (frame.isPresent()) {
      long position = segment.position(frame.get().offset());
      if (frame.get().type() == RecordCodec.SEALED
          && position >= out.acked()
          && !out.isAckedAhead(position)
          && RecordCodec.parse(frame.get().body()) instanceof Sealed lost) {
        long shiftMs = time.shiftMs(lost.fromMs()).orElse(0);
        gap =
            gap.plus(
                new Gap.Stretch(
                    lost.readings(), lost.fromMs() + shiftMs, lost.toMs() + shiftMs, cause));
      }
      frame = segment.soundFrameFrom(frame.get().endOffset(), end);
    }
    return gap;
  }

  /// A disk that takes no more is given room by the drop itself: then the next round saves it.
  private void saveGap(long cursor) {
    var round = new Round();
    round.add(new Cursor(cursor, gap));
    try {
      write(round, cursor);
    } catch (IOException e) {
      savedAcknowledged = -1;
    }
  }

  SpoolStats stats(
      long sealed, long acknowledged, long backlogBytes, int inFlight, long damagedBytes) {
    return new SpoolStats(
        accepted,
        sealed,
        acknowledged,
        refused,
        fsyncs,
        files.count(),
        files.sizeBytes(),
        backlogBytes,
        inFlight,
        gap,
        damagedBytes);
  }

  /// The frames of one round.
  private static final class Round {
    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();

    void add(LogRecord record) {
      frames.writeBytes(RecordCodec.frame(record));
    }

    boolean isEmpty() {
      return frames.size() == 0;
    }
  }
}
