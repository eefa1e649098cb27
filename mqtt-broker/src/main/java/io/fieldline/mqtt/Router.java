// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// From publisher to subscribers. Thread-safe; never waits for a subscriber.
final class Router {
  private final Settings settings;
  private final SubscriptionTree tree;
  private final RetainedMessages retained;
  private final AtomicLong published = new AtomicLong();
  final AtomicLong dropped = new AtomicLong();

  Router(Settings settings) {
    this.settings = settings;
    this.tree = new SubscriptionTree(settings.multiLevelWildcard());
    this.retained = new RetainedMessages(settings.limits().maxRetained());
  }

  /// As below, for who does not wait for the interceptor to finish.
  boolean publish(Origin origin, PublishedMessage message) {
    return publish(origin, message, () -> {});
  }

  /// Shows the message to the interceptor, and routes it where that lets it pass. False where it
  /// was refused; else `settled` runs when the interceptor has finished with it, and not before it
  /// is routed: who reads after an acknowledgement finds what was acknowledged.
  boolean publish(Origin origin, PublishedMessage message, Runnable settled) {
    published.incrementAndGet();
    var open = new AtomicInteger(2);
    Runnable done =
        () -> {
          if (open.decrementAndGet() == 0) {
            settled.run();
          }
        };
    return switch (settings.interceptor().intercept(origin, message, done)) {
      case ROUTE -> {
        route(origin, message);
        done.run();
        yield true;
      }
      case CONSUMED -> {
        done.run();
        yield true;
      }
      case REFUSED -> {
        dropped.incrementAndGet();
        yield false;
      }
    };
  }

  private void route(Origin origin, PublishedMessage message) {
    Instant now = settings.clock().instant();
    Duration expiry = message.properties().expiry();
    @Nullable Instant expiresAt = expiry == null ? null : now.plus(expiry);
    if (message.retain() && !retained.keep(message, now, expiresAt)) {
      dropped.incrementAndGet();
    }
    tree.match(
        message.topic(),
        s -> {
          if (!(s.noLocal() && isFrom(origin, s.subscriber()))) {
            boolean flag = s.retainAsPublished() && message.retain();
            s.subscriber()
                .deliver(new Delivery(message, expiresAt, message.qos().atMost(s.qos()), flag));
          }
        });
  }

  private static boolean isFrom(Origin origin, Subscriber subscriber) {
    return subscriber instanceof Session session
        && origin.client().filter(c -> c.clientId().equals(session.clientId())).isPresent();
  }

  void subscribe(Subscription subscription) {
    tree.add(subscription);
  }

  void unsubscribe(Subscriber subscriber, TopicFilter filter) {
    tree.remove(subscriber, filter);
  }

  /// Delivers the retained messages that a new subscription asks for.
  void deliverRetained(Subscription s) {
    boolean never = s.filter().share().isPresent();
    if (never || (s.filter().hasWildcard() && !settings.retainedForWildcards())) {
      return;
    }
    retained.matching(
        s.filter(),
        settings.clock().instant(),
        r ->
            s.subscriber()
                .deliver(
                    new Delivery(
                        r.message(), r.expiresAt(), r.message().qos().atMost(s.qos()), true)));
  }

  Optional<Retained> retained(TopicName topic) {
    return retained.of(topic, settings.clock().instant());
  }

  List<Retained> retained() {
    return retained.all(settings.clock().instant());
  }

  void dropExpired() {
    retained.dropExpired(settings.clock().instant());
  }

  long published() {
    return published.get();
  }
}
