// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.SpoolException.Reason;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One lane of the spool: a durable queue of readings in and sealed batches out, bounded by bytes,
/// age and free disk.
///
/// All methods may be called from any thread; one thread of its own writes the files, once there
/// are any: a lane that is not used costs none.
final class LaneLog implements AutoCloseable {
  private static final Duration MAX_WAIT_FOR_ROOM = Duration.ofSeconds(2);
  private static final int MAX_INBOX_READINGS = 20_000;

  private final LogFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private final Inbox inbox = new Inbox(MAX_INBOX_READINGS);
  private final SpoolWriter writer;
  private final Timekeeping time;
  private final Bell bell;
  private final Damage damage;
  private final Patience patience = new Patience();
  private final Thread thread;
  private final AtomicBoolean isWriting = new AtomicBoolean();
  private final OutCursor out;
  private volatile boolean canGive;
  private long durableEnd;
  private long sealed;
  private long acknowledged;
  private volatile long roundNanos = System.nanoTime();

  private LaneLog(
      Path folder,
      Lane lane,
      LogFiles files,
      SpoolWriter writer,
      Recovery recovered,
      Timekeeping time,
      Bell bell) {
    this.files = files;
    this.writer = writer;
    this.time = time;
    this.bell = bell;
    this.damage = new Damage(folder, recovered.tornBytes());
    this.out = new OutCursor(recovered.cursor());
    this.durableEnd = writer.begin(recovered.cursor());
    this.sealed = writer.sealed();
    this.thread = Thread.ofPlatform().name("spool-" + lane.label()).unstarted(this::run);
  }

  /// Opens a lane in its folder, creating it if it is not there, and recovers what it holds.
  static LaneLog open(
      Path folder,
      Lane lane,
      Epoch epoch,
      Retention retention,
      BatchEncoder encoder,
      Timekeeping time,
      Bell bell)
      throws IOException {
    LogFiles files = LogFiles.open(folder);
    Pending unsealed =
        lane == Lane.WINDOW
            ? new OpenWindows(epoch, lane, retention.limits(), encoder)
            : new Unsealed(epoch, lane, retention.limits(), encoder);
    var recovery = new Recovery(unsealed);
    recovery.read(files, System.nanoTime());
    if (recovery.isPartial()) {
      epoch.renew();
    }
    var writer = new SpoolWriter(files, retention.limits(), unsealed, retention, time, recovery);
    var log = new LaneLog(folder, lane, files, writer, recovery, time, bell);
    // The more important lanes ask before this one's writer has come to look.
    log.canGive = writer.canEvict();
    if (files.count() > 0) {
      log.startWriter();
    }
    return log;
  }

  /// Keeps these readings; returns when they are on the disk.
  ///
  /// @throws SpoolException if there is no room; none of them was kept then
  ///
  /// @param window what goes out in their place, if they do not go out themselves
  void append(List<Reading> samples, Optional<Window> window)
      throws SpoolException, InterruptedException {
    if (samples.isEmpty()) {
      return;
    }
    var waiting = new Inbox.Waiting(List.copyOf(samples), window);
    inbox.put(waiting, MAX_WAIT_FOR_ROOM);
    startWriter();
    waiting.await();
  }

  /// What waits of a device goes out then at the latest.
  void hasten(String device, Duration in) {
    inbox.hasten(device, System.nanoTime() + in.toNanos());
  }

  private void startWriter() {
    if (!isWriting.get() && isWriting.compareAndSet(false, true)) {
      roundNanos = System.nanoTime();
      thread.start();
    }
  }

  /// The oldest batch not yet handed out, if there is one.
  Optional<SealedBatch> next() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      return read();
    } finally {
      lock.unlock();
    }
  }

  private Optional<SealedBatch> read() throws IOException {
    while (out.read() < durableEnd && patience.isOver(System.nanoTime())) {
      long position = out.read();
      Segment segment = files.segment(Segment.numberOf(position));
      long end = segment == null ? 0 : endOf(segment);
      if (segment == null || Segment.offsetOf(position) >= end) {
        if (!goOnAfter(position, segment)) {
          return Optional.empty();
        }
        continue;
      }
      Optional<Segment.Frame> frame;
      try {
        frame = segment.soundFrameFrom(Segment.offsetOf(position), end);
        patience.read(position);
      } catch (IOException e) {
        if (patience.isExhausted(segment, position, e, System.nanoTime())) {
          segment.giveUpUnreadable(Segment.offsetOf(position), end);
        }
        continue;
      }
      long soundFrom = frame.map(Segment.Frame::offset).orElse(end);
      if (soundFrom > Segment.offsetOf(position)) {
        damage.found(segment, Segment.offsetOf(position), soundFrom);
        out.skipTo(segment.position(soundFrom));
        continue;
      }
      long after = segment.position(frame.orElseThrow().endOffset());
      Optional<LogRecord.Sealed> sealed = sealed(position, frame.orElseThrow());
      if (sealed.isEmpty()) {
        out.skipTo(after);
        continue;
      }
      Optional<SealedBatch> batch = inRealTime(position, sealed.get());
      batch.ifPresent(one -> {
        writer.lost(damage.missingBefore(one));
        out.handOut(one, after);
      });
      return batch;
    }
    return Optional.empty();
  }

  /// How long until the disk is asked again; the longest time if it gave what it was asked.
  long pauseNanos() {
    lock.lock();
    try {
      return patience.pauseNanos(System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  private boolean goOnAfter(long position, @Nullable Segment done) throws IOException {
    Segment next = files.after(Segment.numberOf(position));
    if (next == null) {
      return false;
    }
    if (done != null) {
      done.close();
    }
    out.skipTo(next.position(0));
    return true;
  }

  private Optional<LogRecord.Sealed> sealed(long position, Segment.Frame frame) throws IOException {
    return frame.type() == RecordCodec.SEALED
            && !out.isAckedAhead(position)
            && RecordCodec.parse(frame.body()) instanceof LogRecord.Sealed sealed
        ? Optional.of(sealed)
        : Optional.empty();
  }

  /// The batch as it goes out; empty while its time is not known.
  private Optional<SealedBatch> inRealTime(long position, LogRecord.Sealed sealed) {
    OptionalLong shift = time.shiftMs(sealed.fromMs());
    if (shift.isEmpty()) {
      return Optional.empty();
    }
    long shiftMs = shift.getAsLong();
    byte[] payload = shiftMs == 0 ? sealed.payload() : time.restamped(sealed.payload(), shiftMs);
    return Optional.of(shifted(position, sealed, shiftMs, payload));
  }

  private static SealedBatch shifted(
      long position, LogRecord.Sealed sealed, long shiftMs, byte[] payload) {
    return new SealedBatch(
        position,
        sealed.id(),
        sealed.readings(),
        sealed.fromMs() + shiftMs,
        sealed.toMs() + shiftMs,
        payload);
  }

  private long endOf(Segment segment) {
    return Segment.numberOf(durableEnd) == segment.number()
        ? Segment.offsetOf(durableEnd)
        : segment.sizeBytes();
  }

  /// Batches that wait, from a position on; 0 for the oldest. Nothing is changed by it.
  WaitingBatches waiting(long from, int atMost) throws IOException {
    lock.lock();
    try {
      List<SealedBatch> batches = new ArrayList<>();
      long position = Math.max(from, out.acked());
      while (batches.size() < atMost && position < durableEnd) {
        Segment segment = files.segment(Segment.numberOf(position));
        long end = segment == null ? 0 : endOf(segment);
        if (segment == null || Segment.offsetOf(position) >= end) {
          Segment next = files.after(Segment.numberOf(position));
          if (next == null) {
            break;
          }
          closeUnused(segment);
          position = next.position(0);
          continue;
        }
        Optional<Segment.Frame> frame = segment.soundFrameFrom(Segment.offsetOf(position), end);
        if (frame.isPresent()) {
          waitingAt(segment.position(frame.get().offset()), frame.get()).ifPresent(batches::add);
        }
        position = segment.position(frame.map(Segment.Frame::endOffset).orElse(end));
      }
      return new WaitingBatches(batches, position, batches.size() < atMost);
    } finally {
      lock.unlock();
    }
  }

  /// The one that is read next stays open; the last one is being written to.
  private void closeUnused(@Nullable Segment segment) throws IOException {
    if (segment != null && segment.number() != Segment.numberOf(out.read())) {
      segment.close();
    }
  }

  /// As it would go out; with the times that it has now, if the real ones are not known yet.
  private Optional<SealedBatch> waitingAt(long position, Segment.Frame frame) throws IOException {
    Optional<LogRecord.Sealed> sealed = sealed(position, frame);
    return sealed.map(
        one -> inRealTime(position, one).orElseGet(() -> shifted(position, one, 0, one.payload())));
  }

  /// Gives up the oldest that wait, also those that are on their way; what was lost.
  Gap.Stretch giveUp(int batches) throws IOException {
    lock.lock();
    try {
      WaitingBatches oldest = waiting(0, batches);
      long readings = 0;
      long fromMs = Long.MAX_VALUE;
      long toMs = Long.MIN_VALUE;
      for (SealedBatch batch : oldest.batches()) {
        readings += batch.readings();
        fromMs = Math.min(fromMs, batch.fromMs());
        toMs = Math.max(toMs, batch.toMs());
      }
      var lost = new Gap.Stretch(readings, fromMs, toMs, Gap.Cause.OPERATOR);
      if (readings > 0) {
        writer.lost(lost);
        out.giveUpBefore(oldest.next());
        // So that the next round saves it.
        acknowledged++;
      }
      return lost;
    } finally {
      lock.unlock();
    }
  }

  /// The cloud has this batch, or it was put aside: it may go.
  void acknowledge(SealedBatch batch) {
    lock.lock();
    try {
      if (out.acknowledge(batch.position())) {
        acknowledged++;
      }
    } finally {
      lock.unlock();
    }
  }

  /// Everything handed out and not acknowledged will be handed out again, oldest first.
  void rewind() {
    lock.lock();
    try {
      out.rewind();
    } finally {
      lock.unlock();
    }
  }

  /// Where the spool stands.
  SpoolStats stats() {
    lock.lock();
    try {
      return writer.stats(
          sealed, acknowledged, files.sizeBytesFrom(out.acked()), out.inFlight(), damage.bytes());
    } finally {
      lock.unlock();
    }
  }

  Duration sinceLastRound() {
    return isWriting.get() ? Duration.ofNanos(System.nanoTime() - roundNanos) : Duration.ZERO;
  }

  private void run() {
    boolean open = true;
    while (open) {
      roundNanos = System.nanoTime();
      try {
        Inbox.Taken taken = inbox.take(writer.waitNanos(System.nanoTime(), progress()));
        open = taken.open();
        taken.hastened().forEach(writer::hasten);
        writer.commit(taken.waiting(), progress(), open ? System.nanoTime() : Long.MAX_VALUE);
      } catch (InterruptedException e) {
        inbox.close();
      }
      publishEnd();
      writer.dropDone(progress().cursor());
      evict();
    }
  }

  private Progress progress() {
    lock.lock();
    try {
      return new Progress(out.acked(), acknowledged, out.inFlight());
    } finally {
      lock.unlock();
    }
  }

  /// What was written can be handed out from here on, and only now is it counted as sealed.
  private void publishEnd() {
    boolean news;
    lock.lock();
    try {
      news = durableEnd != writer.end();
      durableEnd = writer.end();
      sealed = writer.sealed();
    } finally {
      lock.unlock();
    }
    if (news) {
      bell.ring();
    }
  }

  private void evict() {
    lock.lock();
    try {
      Optional<Gap.Cause> cause = writer.mustDrop();
      while (cause.isPresent()) {
        long from = out.acked();
        out.giveUpBefore(writer.evictOldest(out, cause.get()));
        durableEnd = writer.end();
        cause = out.acked() > from ? writer.mustDrop() : Optional.empty();
      }
      canGive = writer.canEvict();
    } finally {
      lock.unlock();
    }
  }

  /// Whether it could drop a segment to make room on the disk.
  boolean canGive() {
    return canGive;
  }

  /// Seals what is pending and waits for the disk.
  @Override
  public void close() throws IOException {
    inbox.close();
    boolean interrupted = false;
    while (isWriting.get()) {
      try {
        if (thread.join(Duration.ofSeconds(30))) {
          break;
        }
        throw new SpoolException(Reason.BUSY, "the disk did not answer within 30 s");
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    files.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// How far acknowledgement has come.
  ///
  /// @param cursor everything before is done with
  /// @param acknowledged batches acknowledged since the spool was opened
  /// @param inFlight batches on their way, whose acknowledgements may come
  record Progress(long cursor, long acknowledged, int inFlight) {}
}
