// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a client said in its CONNECT packet, and over what.
///
/// @param clientId as given, or as the broker assigned it
/// @param version 4 for MQTT 3.1.1, 5 for MQTT 5
/// @param persistent whether a session is to outlive the connection
/// @param keepAlive as in force, after the broker's limits
public record ConnectDetails(
    String clientId,
    int version,
    @Nullable String username,
    byte @Nullable [] password,
    boolean cleanStart,
    boolean persistent,
    Duration keepAlive,
    @Nullable LastWill lastWill,
    TransportDetails transport) {

  /// The message to publish when the connection ends without a goodbye.
  public record LastWill(PublishedMessage message, Duration delay) {}
}
