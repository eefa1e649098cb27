// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/// One commit for all who want one at the same time: whoever comes while a commit is under way
/// shares the next. Thread-safe.
final class GroupCommit {
  private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

  private final MVStore file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private long begun;
  private long ended;
  private @Nullable RuntimeException broken;
  private List<Runnable> waiting = new ArrayList<>();
  private boolean draining;

  GroupCommit(MVStore file) {
    this.file = file;
  }

  /// Returns when every change so far is in the file.
  void commit() {
    if (isClean()) {
      return;
    }
    lock.lock();
    try {
      // A commit under way may have passed by what the caller changed: only the next will do.
      long wanted = begun + 1;
      while (ended < wanted) {
        if (begun == ended) {
          write();
        } else {
          changed.awaitUninterruptibly();
        }
      }
      if (broken != null) {
        throw new IllegalStateException("the store could not be written", broken);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Holds the lock, but not while it writes.
  private void write() {
    long mine = ++begun;
    lock.unlock();
    @Nullable RuntimeException failure = null;
    try {
      file.commit();
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      lock.lock();
      ended = mine;
      changed.signalAll();
    }
    if (failure != null) {
      broken = failure;
    }
  }

  /// Runs `then` once every change so far is in the file: at once where it is, else by another
  /// thread after the next commit.
  void whenCommitted(Runnable then) {
    if (isClean()) {
      then.run();
      return;
    }
    lock.lock();
    try {
      waiting.add(then);
      if (!draining) {
        draining = true;
        Thread.ofVirtual().name("store-commit").start(this::drain);
      }
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    for (List<Runnable> batch = next(); !batch.isEmpty(); batch = next()) {
      try {
        commit();
        batch.forEach(Runnable::run);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, batch.size() + " waited for a commit in vain", e);
      }
    }
  }

  private List<Runnable> next() {
    lock.lock();
    try {
      var batch = waiting;
      waiting = new ArrayList<>();
      draining = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /// The order matters: changes that a commit has taken up no longer count as unsaved, before they
  /// are in the file.
  private boolean isClean() {
    return !file.hasUnsavedChanges() && !isUnderWay();
  }

  private boolean isUnderWay() {
    lock.lock();
    try {
      return begun != ended;
    } finally {
      lock.unlock();
    }
  }
}
