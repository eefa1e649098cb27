// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The last message of each topic that was asked to be kept. Thread-safe.
final class RetainedMessages {
  private final ConcurrentSkipListMap<String, Retained> byTopic = new ConcurrentSkipListMap<>();
  private final int limit;

  RetainedMessages(int limit) {
    this.limit = limit;
  }

  /// Keeps the message, or forgets the topic's where the payload is empty. False where there is no
  /// room for one more topic.
  boolean keep(PublishedMessage message, Instant now, @Nullable Instant expiresAt) {
    String topic = message.topic().text();
    if (message.payload().length == 0) {
      byTopic.remove(topic);
      return true;
    }
    if (byTopic.size() >= limit && !byTopic.containsKey(topic)) {
      return false;
    }
    byTopic.put(topic, new Retained(message, now, expiresAt));
    return true;
  }

  Optional<Retained> of(TopicName topic, Instant now) {
    return Optional.ofNullable(byTopic.get(topic.text())).filter(r -> r.isAliveAt(now));
  }

  List<Retained> all(Instant now) {
    return byTopic.values().stream().filter(r -> r.isAliveAt(now)).toList();
  }

  void matching(TopicFilter filter, Instant now, Consumer<Retained> receiver) {
    if (!filter.hasWildcard()) {
      of(new TopicName(filter.pattern()), now).ifPresent(receiver);
      return;
    }
    for (Retained retained : byTopic.values()) {
      if (retained.isAliveAt(now) && filter.matches(retained.message().topic())) {
        receiver.accept(retained);
      }
    }
  }

  void dropExpired(Instant now) {
    byTopic.values().removeIf(r -> !r.isAliveAt(now));
  }
}
