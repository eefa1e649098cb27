// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.List;

/// Some batches that wait for the cloud, oldest first.
///
/// @param next where those after them begin
/// @param end true if none come after them now
public record WaitingBatches(List<SealedBatch> batches, long next, boolean end) {
  /// Copies the list.
  public WaitingBatches {
    batches = List.copyOf(batches);
  }
}
