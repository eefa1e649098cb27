// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.firehose.Waiting.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What waits in one delivery stream, and when it goes: once there is enough of it, or the oldest
/// has waited long enough. What could not be delivered is tried again until it is a day old.
///
/// Source: Firehose developer guide, "Handle data delivery failure": 24 hours. Assumed: the pauses,
/// 5 s doubled up to five minutes.
final class Buffer {
  private static final System.Logger LOG = System.getLogger(Buffer.class.getName());
  private static final Duration LONGEST_LIFE = Duration.ofHours(24);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 6;

  private final Waiting waiting;
  private final ObjectDelivery delivery;
  private final StackClock clock;
  private final Timers timers;

  /// Held while an object is written: one at a time.
  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by this.
  private DeliveryStream stream;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long bytes;
  private long last;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private Timers.@Nullable Timer wake;
  private boolean closed;

  Buffer(
      DeliveryStream stream,
      Waiting waiting,
      ObjectDelivery delivery,
      StackClock clock,
      Timers timers) {
    this.stream = stream;
    this.waiting = waiting;
    this.delivery = delivery;
    this.clock = clock;
    this.timers = timers;
    for (Entry entry : waiting.of(stream)) {
      entries.add(entry);
      bytes += entry.bytes();
      last = Math.max(last, entry.number());
    }
    if (!entries.isEmpty()) {
      wakeAt(due());
    }
  }

  /// What is written from now on goes where the stream says now.
  synchronized void change(DeliveryStream changed) {
    stream = changed;
    if (!entries.isEmpty()) {
      wakeAt(due());
    }
  }

  synchronized void add(byte[] data) {
    boolean first = entries.isEmpty();
    entries.add(waiting.add(stream, ++last, clock.instant(), data));
    boolean enough = bytes < stream.destination().bytes();
    bytes += data.length;
    enough &= bytes >= stream.destination().bytes();
    if (first || enough) {
      wakeAt(enough ? clock.instant() : due());
    }
  }

  private Instant due() {
    return entries.getFirst().arrived().plus(stream.destination().interval());
  }

  private void wakeAt(Instant when) {
    if (wake != null) {
      wake.cancel();
    }
    wake = timers.at(when, this::deliver);
  }

  private void deliver() {
    writing.lock();
    try {
      Batch next = next();
      while (!next.entries().isEmpty()) {
        deliver(next);
        next = next();
      }
    } finally {
      writing.unlock();
    }
  }

  /// The records of one object, and the stream as it was when they were chosen.
  private record Batch(DeliveryStream stream, List<Entry> entries) {}

  private void deliver(Batch next) {
    try {
      delivery.deliver(next.stream(), next.entries());
      done(next.entries());
    } catch (RuntimeException e) {
      failed(e instanceof AwsFailure aws ? aws.message() : e.toString());
    }
  }

  /// The records of the next object, if it is time for it.
  private synchronized Batch next() {
    giveUpOld();
    Instant now = clock.instant();
    if (closed || entries.isEmpty() || now.isBefore(notBefore)) {
      return new Batch(stream, List.of());
    }
    if (bytes < stream.destination().bytes() && now.isBefore(due())) {
      wakeAt(due());
      return new Batch(stream, List.of());
    }
    var next = new ArrayList<Entry>();
    long size = 0;
    for (Entry entry : entries) {
      next.add(entry);
      size += entry.bytes();
      if (size >= stream.destination().bytes()) {
        break;
      }
    }
    return new Batch(stream, next);
  }

  private synchronized void done(List<Entry> delivered) {
    failures = 0;
    notBefore = Instant.MIN;
    if (!closed) {
      forget(delivered);
    }
  }

  private void forget(List<Entry> gone) {
    gone.forEach(entry -> {
      entries.removeFirst();
      bytes -= entry.bytes();
    });
    waiting.remove(gone);
  }

  private synchronized void failed(String failure) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    notBefore = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    failures++;
    LOG.log(
        System.Logger.Level.WARNING,
        "delivery of %s failed, tried again: %s".formatted(stream.name(), failure));
    if (!closed) {
      wakeAt(notBefore);
    }
  }

  private void giveUpOld() {
    Instant oldest = clock.instant().minus(LONGEST_LIFE);
    var old = entries.stream().takeWhile(e -> e.arrived().isBefore(oldest)).toList();
    if (!old.isEmpty() && !closed) {
      LOG.log(
          System.Logger.Level.ERROR,
          "%d records of %s are lost: not delivered within 24 hours"
              .formatted(old.size(), stream.name()));
      forget(old);
    }
  }

  /// Ends deliveries, the one under way last; what waits is kept.
  void close() {
    synchronized (this) {
      closed = true;
    }
    writing.lock();
    writing.unlock();
  }

  /// Ends deliveries for good.
  void drop() {
    close();
    synchronized (this) {
      waiting.remove(List.copyOf(entries));
      entries.clear();
    }
  }
}
