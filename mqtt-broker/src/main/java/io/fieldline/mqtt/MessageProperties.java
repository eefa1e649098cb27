// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What MQTT 5 carries beside topic and payload. Nothing of it reaches a 3.1.1 client.
///
/// @param payloadFormat 0 for bytes, 1 for UTF-8 text
/// @param expiry how long the message is worth delivering
/// @param correlationData not to be changed by the receiver
/// @param userProperties in the order sent; a name may come more than once
public record MessageProperties(
    @Nullable Integer payloadFormat,
    @Nullable Duration expiry,
    @Nullable String contentType,
    @Nullable String responseTopic,
    byte @Nullable [] correlationData,
    List<UserProperty> userProperties) {
  public static final MessageProperties NONE =
      new MessageProperties(null, null, null, null, null, List.of());

  public MessageProperties {
    userProperties = List.copyOf(userProperties);
  }

  public static MessageProperties of(List<UserProperty> userProperties) {
    return new MessageProperties(null, null, null, null, null, userProperties);
  }

  MessageProperties withExpiry(Duration left) {
    return new MessageProperties(
        payloadFormat, left, contentType, responseTopic, correlationData, userProperties);
  }

  /// A name and a value that the sender chose.
  public record UserProperty(String name, String value) {}
}
