// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A subscriber inside the program: one message at a time, on a virtual thread of its own. Messages
/// beyond its queue are dropped and counted.
final class InProcessSubscriber implements Subscriber {
  private static final int MAX_WAITING = 10_000;

  private final Consumer<PublishedMessage> handler;
  private final AtomicLong dropped;
  private final Mailbox mailbox = new Mailbox();

  InProcessSubscriber(Consumer<PublishedMessage> handler, AtomicLong dropped) {
    this.handler = handler;
    this.dropped = dropped;
  }

  @Override
  public void deliver(Delivery delivery) {
    if (mailbox.size() >= MAX_WAITING) {
      dropped.incrementAndGet();
      return;
    }
    mailbox.add(() -> handler.accept(delivery.message()));
  }

  @Override
  public boolean isAway() {
    return false;
  }
}
