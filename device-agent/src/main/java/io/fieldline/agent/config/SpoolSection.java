// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.spool.SpoolLimits;

/// Reads `spool` and `batch`: what is kept on the disk, and how it is cut.
final class SpoolSection {
  private SpoolSection() {}

  static SpoolLimits read(YamlSection spool, YamlSection batch) {
    long segmentBytes =
        spool.whole(
            "segmentBytes", 4 << 20, 4096, 64 << 20, "bytes", "a new file is begun at this size");
    long maxBytes =
        spool.whole(
            "maxBytes",
            256L << 20,
            12_288,
            1L << 40,
            "bytes",
            "disk space; beyond it the oldest segment goes and the loss is reported");
    if (maxBytes < 3 * segmentBytes) {
      spool.problem(
          "maxBytes",
          "at least three times segmentBytes (" + 3 * segmentBytes + ") expected, got " + maxBytes);
      maxBytes = 3 * segmentBytes;
    }
    spool.end();
    var limits =
        new SpoolLimits(
            maxBytes,
            (int) segmentBytes,
            batch.millis(
                "windowMs",
                1000,
                0,
                3_600_000,
                "how long the first reading of a batch waits for others"),
            (int)
                batch.whole(
                    "maxBytes", 4500, 512, 4500, "bytes", "largest batch: AWS IoT meters in 5 KB"));
    batch.end();
    return limits;
  }
}
