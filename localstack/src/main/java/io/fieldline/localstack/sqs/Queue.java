// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/// The messages of one queue, ordered by when they can be received. Thread-safe.
final class Queue {
  /// The stack's clock may be moved while a receiver waits, so it looks again this often.
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final String key;
  private final MVMap<String, MessageRecord> kept;
  private final InstantSource clock;
  private final Map<Long, MessageRecord> messages = new HashMap<>();
  private final TreeSet<MessageRecord> byTime =
      new TreeSet<>(
          Comparator.<MessageRecord, Instant>comparing(MessageRecord::visibleAt)
              .thenComparingLong(MessageRecord::number));
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long last;
  private boolean deleted;

  Queue(String key, MVMap<String, MessageRecord> kept, InstantSource clock) {
    this.key = key;
    this.kept = kept;
    this.clock = clock;
    String prefix = key + "\n";
    for (Iterator<String> keys = kept.keyIterator(prefix); keys.hasNext(); ) {
      String next = keys.next();
      MessageRecord message = kept.get(next);
      if (!next.startsWith(prefix) || message == null) {
        break;
      }
      messages.put(message.number(), message);
      byTime.add(message);
      last = Math.max(last, message.number());
    }
  }

  /// What a receive found: what to hand out, and what was received too often.
  record Found(List<MessageRecord> delivered, List<MessageRecord> givenUp) {}

  /// How a receive is to be.
  ///
  /// @param most receives of one message; 0 has no limit
  record Terms(int count, Duration visibility, Duration retention, int most) {}

  void add(MessageRecord message) {
    lock.lock();
    try {
      put(message.numbered(++last));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there is at least one message, the time is over or the thread is interrupted.
  Found receive(Terms terms, Duration wait, Supplier<String> newReceipt) {
    long end = System.nanoTime() + wait.toNanos();
    lock.lock();
    try {
      while (true) {
        Found found = take(terms, newReceipt);
        long left = end - System.nanoTime();
        boolean any = !found.delivered().isEmpty() || !found.givenUp().isEmpty();
        if (any || left <= 0 || deleted) {
          return found;
        }
        changed.awaitNanos(Math.min(left, untilNext()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Found(List.of(), List.of());
    } finally {
      lock.unlock();
    }
  }

  private long untilNext() {
    if (byTime.isEmpty()) {
      return LONGEST_WAIT_NANOS;
    }
    long nanos = Duration.between(clock.instant(), byTime.first().visibleAt()).toNanos();
    return Math.clamp(nanos, TimeUnit.MILLISECONDS.toNanos(1), LONGEST_WAIT_NANOS);
  }

  private Found take(Terms terms, Supplier<String> newReceipt) {
    Instant now = clock.instant();
    var delivered = new ArrayList<MessageRecord>();
    var givenUp = new ArrayList<MessageRecord>();
    while (delivered.size() < terms.count() && !byTime.isEmpty()) {
      MessageRecord first = byTime.first();
      if (first.visibleAt().isAfter(now)) {
        break;
      }
      if (!first.sent().plus(terms.retention()).isAfter(now)) {
        remove(first);
      } else if (terms.most() > 0 && first.receives() >= terms.most()) {
        remove(first);
        givenUp.add(first);
      } else {
        var received = first.received(now, now.plus(terms.visibility()), newReceipt.get());
        remove(first);
        put(received);
        delivered.add(received);
        if (!terms.visibility().isPositive()) {
          // Still visible: another round would hand it out twice.
          break;
        }
      }
    }
    return new Found(delivered, givenUp);
  }

  /// Deletes the message of this receipt. A receipt of an earlier receive deletes nothing.
  ///
  /// @return what was deleted
  Optional<MessageRecord> delete(long number, String receipt) {
    lock.lock();
    try {
      MessageRecord message = messages.get(number);
      if (message == null || !receipt.equals(message.receipt())) {
        return Optional.empty();
      }
      remove(message);
      return Optional.of(message);
    } finally {
      lock.unlock();
    }
  }

  void changeVisibility(long number, String receipt, Duration visibility) {
    lock.lock();
    try {
      Instant now = clock.instant();
      MessageRecord message = messages.get(number);
      if (message == null
          || !receipt.equals(message.receipt())
          || !message.visibleAt().isAfter(now)) {
        throw SqsFailures.notInFlight();
      }
      remove(message);
      put(message.visibleAt(now.plus(visibility)));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Removes every message; a deleted queue lets its waiting receivers go.
  void clear(boolean forEver) {
    lock.lock();
    try {
      deleted |= forEver;
      List.copyOf(messages.values()).forEach(this::remove);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// When the oldest message was sent that is there.
  Optional<Instant> oldest() {
    lock.lock();
    try {
      return messages.values().stream().map(MessageRecord::sent).min(Comparator.naturalOrder());
    } finally {
      lock.unlock();
    }
  }

  /// How many messages are visible, in flight and delayed.
  record Counts(int visible, int inFlight, int delayed) {}

  Counts counts(Duration retention) {
    lock.lock();
    try {
      Instant now = clock.instant();
      int visible = 0;
      int inFlight = 0;
      int delayed = 0;
      for (MessageRecord message : messages.values()) {
        if (!message.sent().plus(retention).isAfter(now)) {
          continue;
        }
        if (!message.visibleAt().isAfter(now)) {
          visible++;
        } else if (message.receipt() != null) {
          inFlight++;
        } else {
          delayed++;
        }
      }
      return new Counts(visible, inFlight, delayed);
    } finally {
      lock.unlock();
    }
  }

  private void put(MessageRecord message) {
    messages.put(message.number(), message);
    byTime.add(message);
    kept.put(keyOf(message), message);
  }

  private void remove(@Nullable MessageRecord message) {
    if (message != null) {
      messages.remove(message.number());
      byTime.remove(message);
      kept.remove(keyOf(message));
    }
  }

  private String keyOf(MessageRecord message) {
    return key + "\n" + String.format("%016x", message.number());
  }
}
