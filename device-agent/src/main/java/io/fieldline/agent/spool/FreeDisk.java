// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.nio.file.FileStore;
import java.time.Duration;

/// Whether the disk has less free space than it is to have. Asked by every lane, so the disk is
/// asked once a second at most.
final class FreeDisk {
  private static final long ASK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final FileStore disk;
  private final long minFreeBytes;
  private long nextNanos = System.nanoTime();
  private boolean low;

  FreeDisk(FileStore disk, long minFreeBytes) {
    this.disk = disk;
    this.minFreeBytes = minFreeBytes;
  }

  synchronized boolean isLow() {
    // What was dropped since may have been enough, so only a good answer is kept for a while.
    if (low || System.nanoTime() - nextNanos >= 0) {
      nextNanos = System.nanoTime() + ASK_EVERY_NANOS;
      try {
        low = disk.getUsableSpace() < minFreeBytes;
      } catch (IOException e) {
        low = false;
      }
    }
    return low;
  }
}
