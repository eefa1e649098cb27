// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.spool.SealedBatch;
import java.time.Duration;

/// Hears of each batch that the cloud has acknowledged, on the uplink's threads.
@FunctionalInterface
public interface AckListener {
  /// Must return at once: the uplink waits.
  ///
  /// @param after time since it was last published
  void acknowledged(SealedBatch batch, Duration after);
}
