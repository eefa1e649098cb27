// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import org.jspecify.annotations.Nullable;

/// A log stream as it is kept; times in milliseconds.
///
/// @param sequence of the latest event
/// @param count of the events kept
record LogStream(
    String name,
    long created,
    @Nullable Long firstEvent,
    @Nullable Long lastEvent,
    @Nullable Long lastIngestion,
    long sequence,
    long count) {
  static LogStream empty(String name, long now) {
    return new LogStream(name, now, null, null, null, 0, 0);
  }

  LogStream with(long event, long now) {
    return new LogStream(
        name,
        created,
        firstEvent == null ? event : Math.min(firstEvent, event),
        lastEvent == null ? event : Math.max(lastEvent, event),
        now,
        sequence + 1,
        count + 1);
  }

  LogStream without(long events) {
    return new LogStream(
        name, created, firstEvent, lastEvent, lastIngestion, sequence, count - events);
  }
}
