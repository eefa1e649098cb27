// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.clock.ProvisionalTime;
import io.fieldline.messages.Reading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Readings that go out themselves, per device in the order of their sequence numbers: a batch is
/// the next of them. What they take in memory is bounded, however long a batch's window is, however
/// well batches compress and however many devices there are.
final class Unsealed implements Pending {
  private static final int MAX_CUTS = 64;

  /// Readings of one batch. A row takes six bytes of JSON at least (`[0,1],`), so more would not
  /// fit into the 60,000 bytes that a deflated batch may have plain, nor twice as many into the 128
  /// KiB that AWS IoT takes. It stands here as a number so that memory does not depend on what an
  /// encoder makes of them.
  private static final int MOST_IN_A_BATCH = 10_000;

  /// What waits here, as [#bytesOf] counts it; with more, batches are sealed before their time, the
  /// fullest first, until it is half. The agent's heap is 48 MiB (64 MiB with all else), and three
  /// lanes may hold so much at once: a quarter of it, which leaves as much again for what arrives
  /// in one round ([Inbox]) and the rest for the agent. It is some 20,000 readings, a dozen full
  /// batches: one device never reaches it, since its batches are full before. A gateway of a
  /// thousand devices with a long window does, and then sends smaller batches.
  private static final int MOST_BYTES = 4 << 20;

  /// A reading (40 bytes), its place in a list and the heads of its three strings, on a heap with
  /// compressed references.
  private static final int READING_BYTES = 180;

  /// A chunk, its list and the list's array, with room to grow.
  private static final int CHUNK_BYTES = 104;

  private final Epoch epoch;
  private final Lane lane;
  private final LaneLimits limits;
  private final BatchEncoder encoder;
  private final Map<String, Queue> byDevice = new HashMap<>();
  private double sentPerReading = 24;
  private double plainPerReading = 24;
  private long bytes;

  Unsealed(Epoch epoch, Lane lane, LaneLimits limits, BatchEncoder encoder) {
    this.epoch = epoch;
    this.lane = lane;
    this.limits = limits;
    this.encoder = encoder;
  }

  @Override
  public void add(LogRecord.Accepted accepted, long segment, long nowNanos) {
    Queue queue = byDevice.computeIfAbsent(accepted.device(), _ -> new Queue());
    if (queue.count == 0) {
      queue.dueNanos = nowNanos + limits.batchWindow().toNanos();
    }
    var chunk = new Chunk(segment, accepted.firstSeq(), accepted.samples());
    queue.chunks.addLast(chunk);
    queue.count += accepted.samples().size();
    queue.bytes += chunk.bytes;
    bytes += chunk.bytes;
  }

  @Override
  public void remove(LogRecord.Sealed sealed, long nowNanos) {
    String device = sealed.id().device();
    Queue queue = byDevice.get(device);
    if (queue == null) {
      return;
    }
    long before = queue.bytes;
    queue.remove(sealed.id().firstSeq(), sealed.readings());
    bytes -= before - queue.bytes;
    queue.dueNanos = queue.nextDueNanos(nowNanos + limits.batchWindow().toNanos());
    if (queue.count == 0) {
      byDevice.remove(device);
    }
  }

  @Override
  public long oldestSegment() {
    long oldest = Long.MAX_VALUE;
    for (Queue queue : byDevice.values()) {
      oldest = Math.min(oldest, queue.chunks.getFirst().segment);
    }
    return oldest;
  }

  @Override
  public long nextDueNanos(long nowNanos) {
    long due = nowNanos + Duration.ofHours(1).toNanos();
    for (Queue queue : byDevice.values()) {
      due = Math.min(due, isFull(queue.count) ? nowNanos : queue.dueNanos);
    }
    return bytes > MOST_BYTES ? nowNanos : due;
  }

  @Override
  public List<LogRecord.Sealed> due(long nowNanos) {
    return cut(nowNanos, false);
  }

  /// Of all there is, however young.
  @Override
  public List<LogRecord.Sealed> all() {
    return cut(0, true);
  }

  @Override
  public void hasten(String device, long dueNanos) {
    Queue queue = byDevice.get(device);
    if (queue != null) {
      queue.hasten(dueNanos);
    }
  }

  /// Nothing waits here longer than the batch's window.
  @Override
  public void relieve(long nowNanos) {}

  private List<LogRecord.Sealed> cut(long nowNanos, boolean everything) {
    List<LogRecord.Sealed> cuts = new ArrayList<>();
    long toRelieve = bytes > MOST_BYTES ? bytes - MOST_BYTES / 2 : 0;
    for (Map.Entry<String, Queue> entry : toRelieve > 0 ? fullestFirst() : byDevice.entrySet()) {
      Queue queue = entry.getValue();
      boolean windowOver = everything || queue.dueNanos - nowNanos <= 0;
      int done = 0;
      while (done < queue.count
          && (toRelieve > 0
              || cuts.size() < MAX_CUTS && (windowOver || isFull(queue.count - done)))) {
        LogRecord.Sealed sealed = seal(entry.getKey(), queue, done);
        cuts.add(sealed);
        done += sealed.readings();
        toRelieve -= queue.bytes * sealed.readings() / queue.count;
      }
    }
    return cuts;
  }

  private Collection<Map.Entry<String, Queue>> fullestFirst() {
    List<Map.Entry<String, Queue>> queues = new ArrayList<>(byDevice.entrySet());
    queues.sort(Comparator.comparingLong(each -> -each.getValue().bytes));
    return queues;
  }

  private boolean isFull(int count) {
    return count >= wanted();
  }

  /// How many readings fill a batch, by what the last ones took.
  private int wanted() {
    double fit =
        Math.min(limits.batchBytes() / sentPerReading, encoder.largestBytes() / plainPerReading);
    return (int) Math.clamp(fit, 1, MOST_IN_A_BATCH);
  }

  private LogRecord.Sealed seal(String device, Queue queue, int skip) {
    Run run = queue.run(skip, wanted());
    var id = new BatchId(device, epoch.value(), lane, run.firstSeq);
    List<Reading> samples = run.samples;
    byte[] payload = encoder.encode(id, samples);
    double fits = fits(payload);
    while (fits < 1 && samples.size() > 1) {
      samples = samples.subList(0, Math.max(1, (int) (samples.size() * 0.95 * fits)));
      payload = encoder.encode(id, samples);
      fits = fits(payload);
    }
    if (samples.size() > 8) {
      sentPerReading = (double) encoder.sentBytes(payload) / samples.size();
      plainPerReading = (double) payload.length / samples.size();
    }
    long fromMs = Long.MAX_VALUE;
    long toMs = Long.MIN_VALUE;
    for (Reading sample : samples) {
      fromMs = Math.min(fromMs, sample.atMs());
      toMs = Math.max(toMs, sample.atMs());
    }
    return new LogRecord.Sealed(id, samples.size(), fromMs, toMs, payload);
  }

  /// Which part of a payload may go out; 1 or more if it may as it is.
  private double fits(byte[] payload) {
    return payload.length > encoder.largestBytes()
        ? (double) encoder.largestBytes() / payload.length
        : (double) limits.batchBytes() / encoder.sentBytes(payload);
  }

  private static long bytesOf(List<Reading> samples) {
    long bytes = CHUNK_BYTES;
    for (Reading sample : samples) {
      bytes += READING_BYTES;
      bytes += sample.device().length() + sample.sensor().length() + sample.unit().length();
    }
    return bytes;
  }

  private record Chunk(long segment, long firstSeq, List<Reading> samples, long bytes) {
    Chunk(long segment, long firstSeq, List<Reading> samples) {
      this(segment, firstSeq, samples, bytesOf(samples));
    }
  }

  private record Run(long firstSeq, List<Reading> samples) {}

  private static final class Queue {
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private int count;
    private long bytes;
    private long dueNanos;
    private long hastenedNanos;

    /// One more than the number of the last reading that is to go out by then.
    private long hastenedEnd = Long.MIN_VALUE;

    /// What is here now is to go out by then, in however many batches.
    void hasten(long nanos) {
      boolean isHastened = chunks.getFirst().firstSeq < hastenedEnd;
      hastenedNanos = isHastened && nanos - hastenedNanos > 0 ? hastenedNanos : nanos;
      hastenedEnd = chunks.getLast().firstSeq + chunks.getLast().samples.size();
      dueNanos = earlier(dueNanos, hastenedNanos);
    }

    /// After a batch was taken out.
    ///
    /// @param windowNanos when what is not hastened is due
    long nextDueNanos(long windowNanos) {
      boolean isHastened = !chunks.isEmpty() && chunks.getFirst().firstSeq < hastenedEnd;
      return isHastened ? earlier(windowNanos, hastenedNanos) : windowNanos;
    }

    private static long earlier(long nanos, long other) {
      return nanos - other > 0 ? other : nanos;
    }

    /// Takes out the readings of one batch. Those before it stay, if there are any: their batch was
    /// lost with a part of the disk, or the power went before it was promised.
    void remove(long first, int readings) {
      long end = first + readings;
      var before = new ArrayDeque<Chunk>();
      while (!chunks.isEmpty() && chunks.getFirst().firstSeq < end) {
        Chunk chunk = chunks.removeFirst();
        int from = Math.clamp(first - chunk.firstSeq, 0, chunk.samples.size());
        int to = (int) Math.min(chunk.samples.size(), end - chunk.firstSeq);
        if (from >= to) {
          before.push(chunk);
          continue;
        }
        count -= to - from;
        bytes -= chunk.bytes;
        if (from > 0) {
          Chunk left = part(chunk, 0, from);
          bytes += left.bytes;
          before.push(left);
        }
        if (to < chunk.samples.size()) {
          Chunk left = part(chunk, to, chunk.samples.size());
          bytes += left.bytes;
          chunks.addFirst(left);
        }
      }
      before.forEach(chunks::addFirst);
    }

    /// A copy, so that what was taken leaves the memory.
    private static Chunk part(Chunk chunk, int from, int to) {
      return new Chunk(
          chunk.segment, chunk.firstSeq + from, List.copyOf(chunk.samples.subList(from, to)));
    }

    /// Whether the times of both are real, or will be made real by the same shift.
    private static boolean areOfOneTime(Reading one, Reading other) {
      return ProvisionalTime.slotOf(one.atMs()) == ProvisionalTime.slotOf(other.atMs());
    }

    /// At most `wanted` readings with successive numbers and times of one kind, after the first
    /// `skip`.
    Run run(int skip, int wanted) {
      List<Reading> samples = new ArrayList<>();
      long firstSeq = -1;
      int toSkip = skip;
      for (Iterator<Chunk> i = chunks.iterator(); i.hasNext() && samples.size() < wanted; ) {
        Chunk chunk = i.next();
        if (toSkip >= chunk.samples.size()) {
          toSkip -= chunk.samples.size();
          continue;
        }
        long seq = chunk.firstSeq + toSkip;
        if (firstSeq >= 0 && seq != firstSeq + samples.size()) {
          break;
        }
        firstSeq = firstSeq < 0 ? seq : firstSeq;
        int upTo = Math.min(chunk.samples.size(), toSkip + wanted - samples.size());
        for (int at = toSkip; at < upTo; at++) {
          Reading sample = chunk.samples.get(at);
          if (!samples.isEmpty() && !areOfOneTime(samples.getLast(), sample)) {
            return new Run(firstSeq, samples);
          }
          samples.add(sample);
        }
        toSkip = 0;
      }
      return new Run(firstSeq, samples);
    }
  }
}
