// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/// Records that were taken and are not delivered, on disk, each stream's in their order.
final class Waiting {
  private final MVMap<String, byte[]> records;
  private final Store store;

  Waiting(Store store) {
    this.records = store.map("firehose.records", ByteArrayDataType.INSTANCE);
    this.store = store;
  }

  /// One record.
  ///
  /// @param key its place; it tells when the record came
  record Entry(String key, int bytes, Instant arrived, long number) {}

  private static String prefix(DeliveryStream stream) {
    return stream.id() + "\n";
  }

  Entry add(DeliveryStream stream, long number, Instant arrived, byte[] data) {
    String key =
        prefix(stream) + "%016x\n%d".formatted(number, Math.max(0, arrived.toEpochMilli()));
    records.put(key, data);
    return new Entry(key, data.length, arrived, number);
  }

  byte @Nullable [] data(Entry entry) {
    return records.get(entry.key());
  }

  /// What an earlier run of the stack left.
  List<Entry> of(DeliveryStream stream) {
    var found = new ArrayList<Entry>();
    String prefix = prefix(stream);
    Cursor<String, byte[]> cursor = records.cursor(prefix);
    while (cursor.hasNext()) {
      String key = cursor.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      String[] parts = key.substring(prefix.length()).split("\n");
      found.add(
          new Entry(
              key,
              cursor.getValue().length,
              Instant.ofEpochMilli(Long.parseLong(parts[1])),
              Long.parseLong(parts[0], 16)));
    }
    return found;
  }

  /// Forgets records for good.
  void remove(List<Entry> entries) {
    entries.forEach(e -> records.remove(e.key()));
    store.commit();
  }
}
