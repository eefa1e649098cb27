// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A retained message and since when.
public record Retained(PublishedMessage message, Instant since, @Nullable Instant expiresAt) {
  boolean isAliveAt(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }
}
