// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.clock.ProvisionalTime;
import io.fieldline.messages.Reading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Readings that go out themselves, per device in the order of their sequence numbers: a batch is
/// the next of them.
final class Unsealed implements Pending {
  private static final int MAX_CUTS = 64;

  private final long epoch;
  private final Lane lane;
  private final LaneLimits limits;
  private final BatchEncoder encoder;
  private final Map<String, Queue> byDevice = new HashMap<>();
  private double bytesPerReading = 24;

  Unsealed(long epoch, Lane lane, LaneLimits limits, BatchEncoder encoder) {
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
    queue.chunks.addLast(new Chunk(segment, accepted.firstSeq(), accepted.samples()));
    queue.count += accepted.samples().size();
  }

  @Override
  public void remove(LogRecord.Sealed sealed, long nowNanos) {
    String device = sealed.id().device();
    long seq = sealed.id().firstSeq() + sealed.readings();
    Queue queue = byDevice.get(device);
    if (queue == null) {
      return;
    }
    while (!queue.chunks.isEmpty() && queue.chunks.getFirst().firstSeq < seq) {
      Chunk chunk = queue.chunks.removeFirst();
      int taken = (int) Math.min(chunk.samples.size(), seq - chunk.firstSeq);
      queue.count -= taken;
      if (taken < chunk.samples.size()) {
        List<Reading> rest = chunk.samples.subList(taken, chunk.samples.size());
        queue.chunks.addFirst(new Chunk(chunk.segment, seq, rest));
      }
    }
    queue.dueNanos = nowNanos + limits.batchWindow().toNanos();
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
    return due;
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

  /// Nothing waits here longer than the batch's window.
  @Override
  public void relieve(long nowNanos) {}

  private List<LogRecord.Sealed> cut(long nowNanos, boolean everything) {
    List<LogRecord.Sealed> cuts = new ArrayList<>();
    for (Map.Entry<String, Queue> entry : byDevice.entrySet()) {
      Queue queue = entry.getValue();
      boolean windowOver = everything || queue.dueNanos - nowNanos <= 0;
      int done = 0;
      while (done < queue.count
          && cuts.size() < MAX_CUTS
          && (windowOver || isFull(queue.count - done))) {
        LogRecord.Sealed sealed = seal(entry.getKey(), queue, done);
        cuts.add(sealed);
        done += sealed.readings();
      }
    }
    return cuts;
  }

  private boolean isFull(int count) {
    return count * bytesPerReading >= limits.batchBytes();
  }

  private LogRecord.Sealed seal(String device, Queue queue, int skip) {
    int wanted = Math.max(1, (int) (limits.batchBytes() / bytesPerReading));
    Run run = queue.run(skip, wanted);
    var id = new BatchId(device, epoch, lane, run.firstSeq);
    List<Reading> samples = run.samples;
    byte[] payload = encoder.encode(id, samples);
    int sent = encoder.sentBytes(payload);
    while (sent > limits.batchBytes() && samples.size() > 1) {
      int fewer = (int) (samples.size() * 0.95 * limits.batchBytes() / sent);
      samples = samples.subList(0, Math.max(1, fewer));
      payload = encoder.encode(id, samples);
      sent = encoder.sentBytes(payload);
    }
    if (samples.size() > 8) {
      bytesPerReading = (double) sent / samples.size();
    }
    long fromMs = Long.MAX_VALUE;
    long toMs = Long.MIN_VALUE;
    for (Reading sample : samples) {
      fromMs = Math.min(fromMs, sample.atMs());
      toMs = Math.max(toMs, sample.atMs());
    }
    return new LogRecord.Sealed(id, samples.size(), fromMs, toMs, payload);
  }

  private record Chunk(long segment, long firstSeq, List<Reading> samples) {}

  private record Run(long firstSeq, List<Reading> samples) {}

  private static final class Queue {
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private int count;
    private long dueNanos;

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
