// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One accepted publish, until all that it caused is done: its rules, and the messages that their
/// actions or a shadow published in turn, which are part of it. Thread-safe.
public final class Settlement {
  private static final ScopedValue<Settlement> CURRENT = ScopedValue.newInstance();

  private final @Nullable Settlement outer;
  private final Runnable settled;
  private final Executor onceDurable;
  private final AtomicInteger open = new AtomicInteger(1);
  private volatile boolean worked;
  private volatile boolean refused;

  private Settlement(@Nullable Settlement outer, Runnable settled, Executor onceDurable) {
    this.outer = outer;
    this.settled = settled;
    this.onceDurable = onceDurable;
  }

  /// To be closed by `end`, as part of the message that this thread works for, if any.
  ///
  /// @param onceDurable runs `settled` when what the rules changed is kept
  public static Settlement begin(Runnable settled, Executor onceDurable) {
    @Nullable Settlement outer = isWithin() ? CURRENT.get() : null;
    if (outer != null) {
      outer.hold();
    }
    return new Settlement(outer, settled, onceDurable);
  }

  /// Whether this thread works for a message: then nobody may wait here for another to settle.
  public static boolean isWithin() {
    return CURRENT.isBound();
  }

  /// How many messages led to the one that this thread works for.
  static int depth() {
    int depth = 0;
    for (var s = isWithin() ? CURRENT.get().outer : null; s != null; s = s.outer) {
      depth++;
    }
    return depth;
  }

  /// Work for this message: what it publishes belongs to it.
  public <T> T during(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }

  /// Something more is to be done, until `release`.
  void hold() {
    worked = true;
    open.incrementAndGet();
  }

  void release() {
    if (open.decrementAndGet() == 0) {
      if (!refused) {
        tell();
      }
      if (outer != null) {
        outer.release();
      }
    }
  }

  /// The outermost alone needs the disk: the others are told as its parts.
  private void tell() {
    if (outer == null && worked) {
      onceDurable.execute(settled);
    } else {
      settled.run();
    }
  }

  /// Nothing more will be begun. Where the message was refused nobody is told that it is settled.
  public void end(boolean taken) {
    refused = !taken;
    release();
  }
}
