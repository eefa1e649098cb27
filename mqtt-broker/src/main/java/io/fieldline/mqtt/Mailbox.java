// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs tasks one after another, in order, on a virtual thread that lives as long as there are any.
final class Mailbox {
  private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  void add(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      Thread.ofVirtual().name("mqtt-mailbox").start(this::drain);
    }
  }

  /// How many are waiting or running.
  int size() {
    return pending.get();
  }

  private void drain() {
    do {
      Runnable task = tasks.poll();
      try {
        if (task != null) {
          task.run();
        }
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "a task failed", e);
      }
    } while (pending.decrementAndGet() > 0);
  }
}
