// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Connected or not, and how often it came. May be used from any thread; setting it is brief.
public final class LinkState {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long session;
  private boolean connected;
  private long refusedSession = -1;
  private long changedNanos = System.nanoTime();
  private Instant since;
  private @Nullable LinkTrouble lastTrouble;
  private @Nullable LinkTrouble attemptOfThisOutage;

  /// Not connected since now.
  LinkState(Instant now) {
    this.since = now;
  }

  /// A new session began.
  void connected(Instant at) {
    set(true, false);
    since(at);
  }

  /// The session ended.
  ///
  /// @param refused whether the broker ended it because of something this side sent
  void disconnected(boolean refused, LinkTrouble why) {
    set(false, refused);
    since(why.at());
    lock.lock();
    try {
      lastTrouble = why;
    } finally {
      lock.unlock();
    }
  }

  private void since(Instant at) {
    lock.lock();
    try {
      since = at;
      attemptOfThisOutage = null;
    } finally {
      lock.unlock();
    }
  }

  /// An attempt to connect failed.
  void failed(LinkTrouble why) {
    lock.lock();
    try {
      LinkTrouble before = attemptOfThisOutage;
      if (!why.isNoAddress()) {
        attemptOfThisOutage = why;
      }
      lastTrouble = before == null ? why : why.after(before);
    } finally {
      lock.unlock();
    }
  }

  /// Since when it is as it is.
  public Instant since() {
    lock.lock();
    try {
      return since;
    } finally {
      lock.unlock();
    }
  }

  /// Why the last session ended or the last attempt failed.
  public Optional<LinkTrouble> lastTrouble() {
    lock.lock();
    try {
      return Optional.ofNullable(lastTrouble);
    } finally {
      lock.unlock();
    }
  }

  private void set(boolean now, boolean refused) {
    lock.lock();
    try {
      if (now) {
        session++;
      } else if (refused) {
        refusedSession = session;
      }
      if (connected != now) {
        changedNanos = System.nanoTime();
      }
      connected = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether a session is there now.
  public boolean isConnected() {
    lock.lock();
    try {
      return connected;
    } finally {
      lock.unlock();
    }
  }

  /// For how long there has been no session; zero while there is one.
  Duration downFor() {
    lock.lock();
    try {
      return connected ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - changedNanos);
    } finally {
      lock.unlock();
    }
  }

  /// For how long there has been a session; zero while there is none.
  Duration upFor() {
    lock.lock();
    try {
      return connected ? Duration.ofNanos(System.nanoTime() - changedNanos) : Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }

  /// Number of the current or last session; 0 before the first.
  public long session() {
    lock.lock();
    try {
      return session;
    } finally {
      lock.unlock();
    }
  }

  /// Whether the broker ended that session, the last that it did so with, because of what it was
  /// sent.
  boolean isRefused(long which) {
    lock.lock();
    try {
      return which >= 0 && refusedSession == which;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a session later than that one; its number, or that one if none came in time.
  public long awaitSessionAfter(long last, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (!(connected && session > last) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return connected && session > last ? session : last;
    } finally {
      lock.unlock();
    }
  }

  /// Waits while that session lasts; true if the broker ended it because of what it was sent.
  boolean awaitEndOf(long which, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (connected && session == which && left > 0) {
        left = changed.awaitNanos(left);
      }
      return refusedSession == which;
    } finally {
      lock.unlock();
    }
  }
}
