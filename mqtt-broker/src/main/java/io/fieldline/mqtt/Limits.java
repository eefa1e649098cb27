// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;

/// How much of everything. What goes beyond costs the connection that asks for it, nothing else.
///
/// @param maxConnections further ones are closed at once
/// @param connectTimeout from the first byte to an accepted CONNECT
/// @param minKeepAlive shorter ones are raised to it
/// @param maxKeepAlive longer ones, and none, are lowered to it; zero sets no limit
/// @param maxInflight messages of QoS 1 on their way and not yet acknowledged, to a client and from
///   it: beyond that no more is sent, and no more is read
/// @param maxQueued messages of QoS 1 that wait for one session; more are dropped and counted
/// @param maxSessionExpiry how long a session may outlive its connection
/// @param maxTopicSlashes slashes in a topic name or filter
/// @param maxTopicAliases that a client may use; zero allows none
/// @param maxRetained topics with a retained message
public record Limits(
    int maxConnections,
    Duration connectTimeout,
    Duration minKeepAlive,
    Duration maxKeepAlive,
    int maxPacketBytes,
    int maxPayloadBytes,
    int maxClientIdBytes,
    int maxTopicBytes,
    int maxTopicSlashes,
    int maxTopicAliases,
    int maxFiltersPerSubscribe,
    int maxSubscriptions,
    int maxInflight,
    int maxQueued,
    Duration maxSessionExpiry,
    int maxRetained) {

  /// Room for a gateway's own devices.
  public static Limits standard() {
    return new Limits(
        10_000,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ZERO,
        1 << 20,
        1 << 20,
        256,
        TopicName.MAX_BYTES,
        127,
        16,
        64,
        1_000,
        100,
        1_000,
        Duration.ofDays(1),
        10_000);
  }

  /// AWS IoT Core's. Source: AWS IoT Core endpoints and quotas, message broker and protocol.
  public static Limits awsIot() {
    return new Limits(
        500_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1_200),
        146 * 1024,
        128 * 1024,
        128,
        256,
        7,
        8,
        8,
        50,
        100,
        10_000,
        Duration.ofHours(1),
        500_000);
  }
}
