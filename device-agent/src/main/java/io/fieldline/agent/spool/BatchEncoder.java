// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.messages.Reading;
import java.util.List;

/// Makes the payload of a batch; the same arguments always give the same bytes.
@FunctionalInterface
public interface BatchEncoder {
  /// The payload that will be published for these readings of one device.
  ///
  /// @param id identity of the batch
  /// @param samples in the order of their sequence numbers, never empty
  byte[] encode(BatchId id, List<Reading> samples);

  /// How many bytes of a payload go out: fewer than it has where it is sent compressed.
  default int sentBytes(byte[] payload) {
    return payload.length;
  }

  /// The largest payload that can go out at all, before any compression: a batch is cut below it.
  default int largestBytes() {
    return Integer.MAX_VALUE;
  }
}
