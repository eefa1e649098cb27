// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The MQTT 5 properties of a PUBLISH that the language can read.
public record MqttProperties(
    boolean utf8Payload,
    Optional<String> contentType,
    Optional<String> responseTopic,
    Optional<String> correlationDataBase64,
    List<Map.Entry<String, String>> userProperties) {
  public static final MqttProperties NONE =
      new MqttProperties(false, Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  public MqttProperties {
    userProperties = List.copyOf(userProperties);
  }
}
