// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.h2.mvstore.MVMap;

/// The events of every stream in the order of their times.
final class KeptEvents {
  private static final String FIRST = "0".repeat(16);
  private static final String SEPARATOR = "\n";

  private final MVMap<String, Event> events;

  KeptEvents(Store store) {
    events = store.map("logs.events", Event.class);
  }

  /// @param place in its stream: time and sequence, as text that orders
  record Event(String place, String stream, long timestamp, long ingested, String message) {}

  static String place(long timestamp, long sequence) {
    return String.format("%016x%016x", timestamp, sequence);
  }

  private static String prefix(String group, String stream) {
    return group + SEPARATOR + stream + SEPARATOR;
  }

  void add(String group, Event event) {
    events.put(prefix(group, event.stream()) + event.place(), event);
  }

  /// The events of a stream from one time (inclusive) to another (exclusive).
  List<Event> of(String group, String stream, long from, long to) {
    String prefix = prefix(group, stream);
    var found = new ArrayList<Event>();
    String start = prefix + place(Math.max(0, from), 0);
    for (Iterator<String> keys = events.keyIterator(start); keys.hasNext(); ) {
      String key = keys.next();
      Event event = events.get(key);
      if (!key.startsWith(prefix) || event == null || event.timestamp() >= to) {
        break;
      }
      found.add(event);
    }
    return found;
  }

  /// Removes the first events of a stream; fewer when there are fewer.
  void removeFirst(String group, String stream, long count) {
    String prefix = prefix(group, stream);
    for (long i = 0; i < count; i++) {
      String key = events.ceilingKey(prefix + FIRST);
      if (key == null || !key.startsWith(prefix)) {
        return;
      }
      events.remove(key);
    }
  }
}
