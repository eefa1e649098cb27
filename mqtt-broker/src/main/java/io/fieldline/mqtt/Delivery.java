// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A message on its way to one subscriber.
///
/// @param qos the lesser of the message's and the subscription's
/// @param retained what the RETAIN flag is to say
record Delivery(PublishedMessage message, @Nullable Instant expiresAt, Qos qos, boolean retained) {
  boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /// The properties with what is left of the expiry.
  MessageProperties propertiesAt(Instant now) {
    if (expiresAt == null) {
      return message.properties();
    }
    Duration left = Duration.between(now, expiresAt);
    return message.properties().withExpiry(left.plusMillis(999));
  }
}
