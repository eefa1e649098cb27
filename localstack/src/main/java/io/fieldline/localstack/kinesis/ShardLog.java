// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/// The records of all shards, each shard's in the order of their numbers. They stay on disk and are
/// read from there. Thread-safe.
final class ShardLog {
  /// Source: Kinesis API reference, "GetRecords": at most 10 MB in one answer.
  private static final long MOST_BYTES_READ = 10L * 1024 * 1024;

  private final MVMap<String, KeptRecord> records;
  private final MVMap<String, Long> counts;
  private final InstantSource clock;

  ShardLog(Store store, InstantSource clock) {
    this.records = store.map("kinesis.records", new KeptRecord.Type());
    this.counts = store.map("kinesis.counts", Long.class);
    this.clock = clock;
  }

  /// One record and its number.
  record Entry(String sequenceNumber, KeptRecord record) {}

  /// What a read found, and where the next begins.
  record Found(List<Entry> entries, String next, long millisBehind) {}

  /// A stream that is made anew under an old name has nothing of the old one.
  private static String prefix(StreamRecord stream, int shard) {
    return "%s\n%016d\n%08d\n".formatted(stream.key(), stream.created().toEpochMilli(), shard);
  }

  /// Appends a record; the number that it got.
  synchronized String append(StreamRecord stream, int shard, String partitionKey, byte[] data) {
    String prefix = prefix(stream, shard);
    trim(stream, prefix);
    long count = counts.getOrDefault(prefix, 0L) + 1;
    Instant now = clock.instant();
    String number =
        new SequenceNumber(
                stream.created().getEpochSecond(), shard, count, Math.max(0, now.getEpochSecond()))
            .text();
    counts.put(prefix, count);
    records.put(prefix + number, new KeptRecord(now, partitionKey, data));
    return number;
  }

  /// Frees a stream of what is older than it keeps.
  synchronized void trim(StreamRecord stream) {
    for (int shard = 0; shard < stream.shards(); shard++) {
      trim(stream, prefix(stream, shard));
    }
  }

  private void trim(StreamRecord stream, String prefix) {
    Instant oldest = clock.instant().minus(stream.retention());
    while (true) {
      String first = records.ceilingKey(prefix);
      KeptRecord record = first == null ? null : records.get(first);
      if (first == null
          || record == null
          || !first.startsWith(prefix)
          || !record.arrived().isBefore(oldest)) {
        return;
      }
      records.remove(first);
    }
  }

  synchronized void remove(StreamRecord stream) {
    for (int shard = 0; shard < stream.shards(); shard++) {
      String prefix = prefix(stream, shard);
      counts.remove(prefix);
      Iterator<String> keys = records.keyIterator(prefix);
      while (keys.hasNext()) {
        String key = keys.next();
        if (!key.startsWith(prefix)) {
          break;
        }
        records.remove(key);
      }
    }
  }

  /// Reads from a number on, that one included.
  Found read(StreamRecord stream, int shard, String from, int most) {
    String prefix = prefix(stream, shard);
    Instant oldest = clock.instant().minus(stream.retention());
    var found = new ArrayList<Entry>();
    String next = from;
    long bytes = 0;
    Cursor<String, KeptRecord> cursor = records.cursor(prefix + from);
    while (cursor.hasNext()) {
      String key = cursor.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      KeptRecord record = cursor.getValue();
      if (record.arrived().isBefore(oldest)) {
        continue;
      }
      bytes += record.data().length;
      if (found.size() == most || (bytes > MOST_BYTES_READ && !found.isEmpty())) {
        return new Found(found, next, millisSince(record.arrived()));
      }
      String number = key.substring(prefix.length());
      found.add(new Entry(number, record));
      next = after(stream, shard, number);
    }
    return new Found(found, next, 0);
  }

  private long millisSince(Instant then) {
    return Math.max(0, clock.millis() - then.toEpochMilli());
  }

  /// Where reading goes on after the record of this number.
  static String after(StreamRecord stream, int shard, String number) {
    long count = SequenceNumber.parse(number).map(SequenceNumber::count).orElse(0L);
    return SequenceNumber.floor(stream.created(), shard, count + 1);
  }

  /// Where the next record will be.
  String tip(StreamRecord stream, int shard) {
    long count = counts.getOrDefault(prefix(stream, shard), 0L);
    return SequenceNumber.floor(stream.created(), shard, count + 1);
  }

  /// Where the first record is that came then or later. Records come in the order of time, so that
  /// half of what is left can be passed over at each step.
  synchronized String firstAt(StreamRecord stream, int shard, Instant then) {
    String prefix = prefix(stream, shard);
    long low = index(prefix);
    long end = index(prefix + "~");
    long high = end;
    while (low < high) {
      long middle = (low + high) >>> 1;
      KeptRecord record = recordAt(middle);
      if (record != null && record.arrived().isBefore(then)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == end ? tip(stream, shard) : records.getKey(low).substring(prefix.length());
  }

  private long index(String key) {
    long index = records.getKeyIndex(key);
    return index < 0 ? -index - 1 : index;
  }

  private @Nullable KeptRecord recordAt(long index) {
    return records.get(records.getKey(index));
  }
}
