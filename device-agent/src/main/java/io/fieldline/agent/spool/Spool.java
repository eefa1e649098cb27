// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.SpoolException.Reason;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A durable queue of readings in and sealed batches out, bounded by bytes.
///
/// [#append] returns when its readings are on the disk (one fsync serves all writers that came
/// while the last one ran). Readings are cut into batches by window and size; a batch is sealed on
/// disk before [#next] hands it out and never changes after. Delivery is at least once: what was
/// handed out and not acknowledged before the process ended is handed out again, byte for byte.
/// When the bound is reached the oldest segment goes and the loss is counted in [SpoolStats#gap].
///
/// All methods may be called from any thread; one thread of its own writes the files.
public final class Spool implements AutoCloseable {
  private static final Duration MAX_WAIT_FOR_ROOM = Duration.ofSeconds(2);
  private static final int MAX_INBOX_READINGS = 20_000;

  private final FolderLock folderLock;
  private final LogFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private final Inbox inbox = new Inbox(MAX_INBOX_READINGS);
  private final SpoolWriter writer;
  private final Thread thread;
  private final OutCursor out;
  private long durableEnd;
  private long acknowledged;
  private volatile long roundNanos = System.nanoTime();

  private Spool(FolderLock folderLock, LogFiles files, SpoolWriter writer, Recovery recovered) {
    this.folderLock = folderLock;
    this.files = files;
    this.writer = writer;
    this.out = new OutCursor(recovered.cursor());
    this.thread = Thread.ofPlatform().name("spool").unstarted(this::run);
  }

  /// Opens the spool in a folder, creating it if it is not there, and recovers what it holds.
  ///
  /// @throws SpoolException if another process has it open
  public static Spool open(Path folder, SpoolLimits limits, BatchEncoder encoder, Clock clock)
      throws IOException {
    Files.createDirectories(folder);
    FolderLock folderLock = FolderLock.take(folder);
    try {
      long epoch = Epoch.of(folder, clock);
      LogFiles files = LogFiles.open(folder);
      var unsealed = new Unsealed(epoch, limits, encoder);
      var recovery = new Recovery(unsealed);
      recovery.read(files, System.nanoTime());
      var writer = new SpoolWriter(files, limits, unsealed, recovery);
      var spool = new Spool(folderLock, files, writer, recovery);
      spool.durableEnd = writer.begin(recovery.cursor());
      spool.thread.start();
      return spool;
    } catch (IOException | RuntimeException e) {
      folderLock.close();
      throw e;
    }
  }

  /// Keeps these readings; returns when they are on the disk.
  ///
  /// @throws SpoolException if there is no room; none of them was kept then
  public void append(List<Reading> samples) throws SpoolException, InterruptedException {
    if (samples.isEmpty()) {
      return;
    }
    var waiting = new Inbox.Waiting(List.copyOf(samples));
    inbox.put(waiting, MAX_WAIT_FOR_ROOM);
    waiting.await();
  }

  /// The oldest batch not yet handed out, waiting at most so long for one.
  public Optional<SealedBatch> next(Duration atMost) throws IOException, InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        Optional<SealedBatch> batch = read();
        if (batch.isPresent() || left <= 0) {
          return batch;
        }
        left = written.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<SealedBatch> read() throws IOException {
    while (out.read() < durableEnd) {
      long position = out.read();
      Segment segment = files.segment(Segment.numberOf(position));
      long end = segment == null ? 0 : endOf(segment);
      if (segment == null || Segment.offsetOf(position) >= end) {
        Segment next = files.after(Segment.numberOf(position));
        if (next == null) {
          return Optional.empty();
        }
        out.skipTo(next.position(0));
        continue;
      }
      Optional<Segment.Frame> frame = segment.frameAt(Segment.offsetOf(position), end);
      if (frame.isEmpty()) {
        out.skipTo(segment.position(end));
        continue;
      }
      long after = segment.position(frame.get().endOffset());
      if (frame.get().type() != RecordCodec.SEALED || out.isAckedAhead(position)) {
        out.skipTo(after);
        continue;
      }
      SealedBatch batch = SpoolWriter.batch(position, frame.get());
      out.handOut(batch, after);
      return Optional.of(batch);
    }
    return Optional.empty();
  }

  private long endOf(Segment segment) {
    return Segment.numberOf(durableEnd) == segment.number()
        ? Segment.offsetOf(durableEnd)
        : segment.sizeBytes();
  }

  /// The cloud has this batch, or it was put aside: it may go.
  public void acknowledge(SealedBatch batch) {
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
  public void rewind() {
    lock.lock();
    try {
      out.rewind();
    } finally {
      lock.unlock();
    }
  }

  /// Where the spool stands.
  public SpoolStats stats() {
    lock.lock();
    try {
      return writer.stats(acknowledged, files.sizeBytesFrom(out.acked()), out.inFlight());
    } finally {
      lock.unlock();
    }
  }

  /// How long ago the writer began its last round; it goes round several times a second, unless the
  /// disk does not answer.
  public Duration sinceLastRound() {
    return Duration.ofNanos(System.nanoTime() - roundNanos);
  }

  private void run() {
    boolean open = true;
    while (open) {
      roundNanos = System.nanoTime();
      try {
        Inbox.Taken taken = inbox.take(writer.waitNanos(System.nanoTime()));
        open = taken.open();
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
      return new Progress(out.acked(), acknowledged);
    } finally {
      lock.unlock();
    }
  }

  private void publishEnd() {
    lock.lock();
    try {
      durableEnd = writer.end();
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void evict() {
    lock.lock();
    try {
      while (writer.isOverBound() && writer.canEvict()) {
        out.giveUpBefore(writer.evictOldest(out));
        durableEnd = writer.end();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Seals what is pending, waits for the disk and gives the folder free.
  @Override
  public void close() throws IOException {
    inbox.close();
    boolean interrupted = false;
    while (true) {
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
    folderLock.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// How far acknowledgement has come.
  ///
  /// @param cursor everything before is done with
  /// @param acknowledged batches acknowledged since the spool was opened
  record Progress(long cursor, long acknowledged) {}
}
