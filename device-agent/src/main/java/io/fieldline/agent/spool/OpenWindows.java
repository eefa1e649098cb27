// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.clock.ProvisionalTime;
import io.fieldline.agent.spool.LogRecord.WindowId;
import io.fieldline.messages.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Windows whose readings are safe on disk, one by one, and that have not gone out. A window is in
/// memory as its aggregates only; after a kill it is made again of the readings in the log, in
/// their order, so it is the same.
///
/// It is closed as long after its first reading as that reading's time is from the window's end,
/// and its grace: so it needs no clock but the monotonic one, and a backlog that a sensor delivers
/// late is gathered as long as a window lasts. The first that is due waits for others as the first
/// reading of any batch does, so that those of a device's sensors go out together. Closing is one
/// record, the batch, which names its windows: before it the readings count, after it they do not.
/// A reading that comes after that opens its window again, and goes out as another aggregate of the
/// same time; a `count` tells.
final class OpenWindows implements Pending {
  private static final int MAX_OPEN = 10_000;

  private final Epoch epoch;
  private final Lane lane;
  private final LaneLimits limits;
  private final BatchEncoder encoder;
  private final Map<Key, Open> open = new LinkedHashMap<>();

  OpenWindows(Epoch epoch, Lane lane, LaneLimits limits, BatchEncoder encoder) {
    this.epoch = epoch;
    this.lane = lane;
    this.limits = limits;
    this.encoder = encoder;
  }

  private record Key(String device, WindowId window) {}

  /// What is known of a window's readings.
  private static final class Open {
    private final long firstSeq;
    private final long segment;
    private long dueNanos;
    private int count;
    private double sum;
    private double min = Double.MAX_VALUE;
    private double max = -Double.MAX_VALUE;
    private double last;

    Open(long firstSeq, long segment, long dueNanos) {
      this.firstSeq = firstSeq;
      this.segment = segment;
      this.dueNanos = dueNanos;
    }

    void add(double value) {
      count++;
      // A sum beyond what a double holds stays a number.
      sum = Math.clamp(sum + value, -Double.MAX_VALUE, Double.MAX_VALUE);
      min = Math.min(min, value);
      max = Math.max(max, value);
      last = value;
    }

    double value(Aggregate aggregate) {
      return switch (aggregate) {
        case MEAN -> sum / count;
        case MIN -> min;
        case MAX -> max;
        case COUNT -> count;
        case SUM -> sum;
        case LAST -> last;
      };
    }
  }

  @Override
  public void add(LogRecord.Accepted accepted, long segment, long nowNanos) {
    Window window =
        accepted
            .window()
            .orElseThrow(() -> new IllegalStateException("readings of a window expected"));
    long seq = accepted.firstSeq();
    for (Reading reading : accepted.samples()) {
      long startMs = window.startOf(reading.atMs());
      var id = new WindowId(reading.sensor(), reading.unit(), window, startMs);
      long seqOfThis = seq++;
      open.computeIfAbsent(
              new Key(accepted.device(), id),
              _ -> new Open(seqOfThis, segment, nowNanos + left(window, startMs, reading.atMs())))
          .add(reading.value());
    }
    int tooMany = open.size() - MAX_OPEN;
    if (tooMany > 0) {
      open.values().stream().limit(tooMany).forEach(oldest -> oldest.dueNanos = nowNanos);
    }
  }

  private static long left(Window window, long startMs, long atMs) {
    Duration toEnd = window.every().minusMillis(atMs - startMs);
    return toEnd.plus(window.grace()).toNanos();
  }

  @Override
  public void remove(LogRecord.Sealed sealed, long nowNanos) {
    sealed.windows().forEach(window -> open.remove(new Key(sealed.id().device(), window)));
  }

  @Override
  public long oldestSegment() {
    long oldest = Long.MAX_VALUE;
    for (Open each : open.values()) {
      oldest = Math.min(oldest, each.segment);
    }
    return oldest;
  }

  @Override
  public long nextDueNanos(long nowNanos) {
    long due = nowNanos + Duration.ofHours(1).toNanos();
    for (Open each : open.values()) {
      due = Math.min(due, each.dueNanos + limits.batchWindow().toNanos());
    }
    return due;
  }

  @Override
  public List<LogRecord.Sealed> due(long nowNanos) {
    if (nextDueNanos(nowNanos) - nowNanos > 0) {
      return List.of();
    }
    record Group(String device, int slot) {}
    Map<Group, List<Map.Entry<Key, Open>>> groups =
        open.entrySet().stream()
            .filter(each -> each.getValue().dueNanos - nowNanos <= 0)
            .sorted(Comparator.comparingLong(each -> each.getValue().firstSeq))
            .collect(
                Collectors.groupingBy(
                    each ->
                        new Group(
                            each.getKey().device,
                            ProvisionalTime.slotOf(each.getKey().window.startMs())),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<LogRecord.Sealed> batches = new ArrayList<>();
    groups.forEach((group, windows) -> cut(group.device, windows, batches));
    return batches;
  }

  /// Nothing: a window goes on after a stop.
  @Override
  public List<LogRecord.Sealed> all() {
    return List.of();
  }

  /// Nothing: what a window tells is known at its end.
  @Override
  public void hasten(String device, long dueNanos) {}

  @Override
  public void relieve(long nowNanos) {
    long oldest = oldestSegment();
    long overdue = nowNanos - limits.batchWindow().toNanos();
    for (Open each : open.values()) {
      if (each.segment == oldest) {
        each.dueNanos = Math.min(each.dueNanos, overdue);
      }
    }
  }

  private void cut(
      String device, List<Map.Entry<Key, Open>> windows, List<LogRecord.Sealed> batches) {
    int from = 0;
    while (from < windows.size()) {
      int to = windows.size();
      LogRecord.Sealed batch = seal(device, windows.subList(from, to));
      while (encoder.sentBytes(batch.payload()) > limits.batchBytes() && to - from > 1) {
        to = from + (to - from) / 2;
        batch = seal(device, windows.subList(from, to));
      }
      batches.add(batch);
      from = to;
    }
  }

  /// Its number is that of the first reading in it, which is in no other batch.
  private LogRecord.Sealed seal(String device, List<Map.Entry<Key, Open>> windows) {
    List<Reading> aggregates = new ArrayList<>();
    List<WindowId> ids = new ArrayList<>();
    int readings = 0;
    for (Map.Entry<Key, Open> each : windows) {
      WindowId id = each.getKey().window;
      ids.add(id);
      readings += each.getValue().count;
      for (Aggregate aggregate : id.window().of()) {
        aggregates.add(
            new Reading(
                device,
                aggregate.sensor(id.sensor()),
                aggregate == Aggregate.COUNT ? "" : id.unit(),
                id.startMs(),
                each.getValue().value(aggregate)));
      }
    }
    var id = new BatchId(device, epoch.value(), lane, windows.getFirst().getValue().firstSeq);
    return new LogRecord.Sealed(
        id,
        readings,
        edge(ids, WindowId::startMs, Math::min),
        edge(ids, WindowId::startMs, Math::max),
        encoder.encode(id, aggregates),
        ids);
  }

  private static long edge(
      List<WindowId> ids,
      Function<WindowId, Long> time,
      java.util.function.LongBinaryOperator which) {
    return ids.stream().mapToLong(time::apply).reduce(which).orElseThrow();
  }
}
