// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A shadow as it is kept. A deleted one stays, without state, so that its version goes on for two
/// days.
///
/// @param state desired and reported, each absent where it holds nothing
/// @param metadata of the same shape, a timestamp for each leaf
record Shadow(
    ObjectNode state,
    ObjectNode metadata,
    long version,
    long timestamp,
    @Nullable Instant deletedAt) {
  boolean isDeleted() {
    return deletedAt != null;
  }
}
