// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

/// Topics and payloads of a family of devices at the local MQTT listener.
///
/// @param base the topic levels before the family's own; empty for none
public record MqttPreset(Family family, String base) {
  /// A family of devices.
  public enum Family {
    /// Zigbee devices behind Zigbee2MQTT.
    ZIGBEE2MQTT,
    /// Devices with Tasmota.
    TASMOTA,
    /// Devices with ESPHome.
    ESPHOME
  }
}
