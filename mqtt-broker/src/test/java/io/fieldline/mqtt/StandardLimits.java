// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;

/// The standard limits but for times, which tests want short.
final class StandardLimits {
  private StandardLimits() {}

  static Limits withConnectTimeout(Duration connectTimeout) {
    Limits s = Limits.standard();
    return with(connectTimeout, s.minKeepAlive(), s.maxKeepAlive());
  }

  static Limits withKeepAlive(Duration keepAlive) {
    return with(Limits.standard().connectTimeout(), keepAlive, keepAlive);
  }

  private static Limits with(
      Duration connectTimeout, Duration minKeepAlive, Duration maxKeepAlive) {
    Limits s = Limits.standard();
    return new Limits(
        s.maxConnections(),
        connectTimeout,
        minKeepAlive,
        maxKeepAlive,
        s.maxPacketBytes(),
        s.maxPayloadBytes(),
        s.maxClientIdBytes(),
        s.maxTopicBytes(),
        s.maxTopicSlashes(),
        s.maxTopicAliases(),
        s.maxFiltersPerSubscribe(),
        s.maxSubscriptions(),
        s.maxInflight(),
        s.maxQueued(),
        s.maxSessionExpiry(),
        s.maxRetained());
  }
}
