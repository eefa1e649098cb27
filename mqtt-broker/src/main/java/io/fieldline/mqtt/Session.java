// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the broker remembers of a client: its subscriptions and the messages on their way to it. It
/// may outlive the connection. Guarded by itself; takes no other lock while it holds its own.
final class Session implements Subscriber {
  private final String clientId;
  private final int version;
  private final Settings settings;
  private final Router router;
  private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
  private final Map<Integer, Delivery> inflight = new LinkedHashMap<>();
  private final Deque<Delivery> queue = new ArrayDeque<>();
  private @Nullable Connection connection;
  private int window;
  private int lastPacketId;
  private Duration expiry = Duration.ZERO;
  private @Nullable Instant expiresAt;
  private @Nullable PendingWill pendingWill;

  Session(String clientId, int version, Settings settings, Router router) {
    this.clientId = clientId;
    this.version = version;
    this.settings = settings;
    this.router = router;
  }

  /// A will that waits for its delay.
  record PendingWill(Client client, PublishedMessage message, Instant dueAt) {}

  String clientId() {
    return clientId;
  }

  int version() {
    return version;
  }

  synchronized Optional<Connection> connection() {
    return Optional.ofNullable(connection);
  }

  /// Binds a connection: CONNACK first, then what was sent and never acknowledged, then what
  /// waited.
  synchronized void attach(Connection to, MqttMessage connack, int inflightWindow, Duration keep) {
    connection = to;
    window = inflightWindow;
    expiry = keep;
    expiresAt = null;
    pendingWill = null;
    to.write(connack);
    Instant now = settings.clock().instant();
    inflight.values().removeIf(d -> d.isExpired(now));
    inflight.forEach((id, d) -> to.write(Packets.publish(d, id, true, version, now)));
    drain();
  }

  /// Unbinds the connection if it is still the bound one.
  synchronized boolean detach(Connection from, @Nullable PendingWill will) {
    if (connection != from) {
      return false;
    }
    connection = null;
    expiresAt = settings.clock().instant().plus(expiry);
    pendingWill = will;
    if (expiry.isZero()) {
      queue.clear();
      inflight.clear();
    }
    return true;
  }

  synchronized void setExpiry(Duration keep) {
    expiry = keep;
  }

  synchronized Duration expiry() {
    return expiry;
  }

  /// Whether the session is over: no connection, and its time has passed.
  synchronized boolean isOver(Instant now) {
    return connection == null && expiresAt != null && !now.isBefore(expiresAt);
  }

  /// The will to publish now, at most once.
  synchronized Optional<PendingWill> takeWill(Instant now) {
    PendingWill will = pendingWill;
    if (will == null || (now.isBefore(will.dueAt()) && !isOver(now))) {
      return Optional.empty();
    }
    pendingWill = null;
    return Optional.of(will);
  }

  /// Whatever the time: the session ends.
  synchronized Optional<PendingWill> takeWill() {
    PendingWill will = pendingWill;
    pendingWill = null;
    return Optional.ofNullable(will);
  }

  /// True if the filter is new. The limit on the number of subscriptions is the caller's to check.
  synchronized boolean remember(Subscription subscription) {
    return subscriptions.put(subscription.filter(), subscription) == null;
  }

  synchronized boolean forget(TopicFilter filter) {
    return subscriptions.remove(filter) != null;
  }

  synchronized boolean has(TopicFilter filter) {
    return subscriptions.containsKey(filter);
  }

  synchronized List<Subscription> subscriptions() {
    return new ArrayList<>(subscriptions.values());
  }

  @Override
  public synchronized boolean isAway() {
    return connection == null || queue.size() >= settings.limits().maxQueued();
  }

  @Override
  public synchronized void deliver(Delivery delivery) {
    Connection to = connection;
    if (to == null) {
      if (delivery.qos() == Qos.AT_LEAST_ONCE && !expiry.isZero()) {
        enqueue(delivery);
      }
    } else if (!to.mayReceive(delivery)) {
      return;
    } else if (delivery.qos() == Qos.AT_MOST_ONCE) {
      sendOnce(to, delivery);
    } else if (inflight.size() < window && queue.isEmpty()) {
      send(to, delivery);
    } else {
      enqueue(delivery);
    }
  }

  private void sendOnce(Connection to, Delivery delivery) {
    if (to.isWritable()) {
      Instant now = settings.clock().instant();
      to.write(Packets.publish(delivery, 0, false, version, now));
    } else {
      router.dropped.incrementAndGet();
    }
  }

  private void enqueue(Delivery delivery) {
    if (queue.size() >= settings.limits().maxQueued()) {
      router.dropped.incrementAndGet();
    } else {
      queue.add(delivery);
    }
  }

  private void send(Connection to, Delivery delivery) {
    do {
      lastPacketId = lastPacketId % 0xFFFF + 1;
    } while (inflight.containsKey(lastPacketId));
    inflight.put(lastPacketId, delivery);
    Instant now = settings.clock().instant();
    to.write(Packets.publish(delivery, lastPacketId, false, version, now));
  }

  /// The client acknowledged a message; the next one may go.
  synchronized void acknowledged(int packetId) {
    inflight.remove(packetId);
    drain();
  }

  private void drain() {
    Connection to = connection;
    Instant now = settings.clock().instant();
    while (to != null && inflight.size() < window && !queue.isEmpty()) {
      Delivery next = queue.remove();
      if (!next.isExpired(now) && to.mayReceive(next)) {
        send(to, next);
      }
    }
  }
}
