// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// One known piece of work, measured now and then: where its processor time changes, it is the
/// machine that changed (neighbours on the same cores and caches), and not what is measured.
final class Yardstick {
  private static final int BYTES = 8 * 1024 * 1024;
  private static final int STRIDE = 4_099;

  private final Samples samples = new Samples();
  private final byte[] data = new byte[BYTES];

  Yardstick() {
    for (int i = 0; i < 5; i++) {
      work();
    }
  }

  /// Does the work once and notes its processor time in milliseconds.
  void lay() {
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    work();
    samples.add((threads.getCurrentThreadCpuTime() - before) / 1e6);
  }

  Samples samples() {
    return samples;
  }

  /// Half arithmetic (SHA-256), half memory in an order that caches do not like.
  private void work() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(data);
      int at = hash[0] & 0xff;
      for (int i = 0; i < BYTES / 4; i++) {
        at = (at + STRIDE) % BYTES;
        data[at]++;
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
