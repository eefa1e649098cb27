// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import io.fieldline.agent.spool.SealedBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The sequence numbers of one device's acknowledged readings: none may be missing. May be used
/// from any thread.
final class SequenceAudit {
  /// Of each run of numbers, first number to count.
  private final Map<Run, TreeMap<Long, Integer>> runs = new HashMap<>();

  private long batches;
  private long again;

  private record Run(long epoch, int lane) {}

  /// What the audit found.
  ///
  /// @param batches acknowledgements
  /// @param readings acknowledged, each counted once
  /// @param again acknowledgements of a batch that had one already
  /// @param missing numbers that were passed over
  record Finding(long batches, long readings, long again, long missing) {
    static final Finding NOTHING = new Finding(0, 0, 0, 0);

    Finding plus(Finding other) {
      return new Finding(
          batches + other.batches,
          readings + other.readings,
          again + other.again,
          missing + other.missing);
    }
  }

  synchronized void acknowledged(SealedBatch batch) {
    var run = new Run(batch.id().epoch(), batch.id().lane().number());
    batches++;
    if (runs.computeIfAbsent(run, _ -> new TreeMap<>())
            .putIfAbsent(batch.id().firstSeq(), batch.readings())
        != null) {
      again++;
    }
  }

  /// Sequence numbers count from 0 in a new folder, which each simulated device begins with.
  synchronized Finding finding() {
    long readings = 0;
    long missing = 0;
    for (TreeMap<Long, Integer> run : runs.values()) {
      long next = 0;
      for (var batch : run.entrySet()) {
        missing += Math.max(0, batch.getKey() - next);
        next = batch.getKey() + batch.getValue();
        readings += batch.getValue();
      }
    }
    return new Finding(batches, readings, again, missing);
  }
}
