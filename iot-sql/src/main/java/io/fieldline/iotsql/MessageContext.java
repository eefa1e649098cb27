// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Where and when a message came in. `traceId` is there for MQTT only, `clientId` likewise.
/// `random` feeds `rand()` and `newuuid()`.
public record MessageContext(
    Optional<String> clientId,
    Optional<String> principal,
    String accountId,
    Optional<String> traceId,
    Optional<String> sourceIp,
    Instant receivedAt,
    MqttProperties mqtt5,
    RandomGenerator random) {
  /// A message of which nothing is known but account and time.
  public static MessageContext of(String accountId, Instant receivedAt, RandomGenerator random) {
    return new MessageContext(
        Optional.empty(),
        Optional.empty(),
        accountId,
        Optional.empty(),
        Optional.empty(),
        receivedAt,
        MqttProperties.NONE,
        random);
  }
}
