// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;

/// A PUBLISH as it came, its payload copied out of Netty's buffer.
record IncomingPublish(
    String topic,
    int packetId,
    int qos,
    boolean retain,
    MqttProperties properties,
    byte[] payload) {

  static IncomingPublish copyAndRelease(MqttPublishMessage packet) {
    try {
      var payload = new byte[packet.payload().readableBytes()];
      packet.payload().readBytes(payload);
      return new IncomingPublish(
          packet.variableHeader().topicName(),
          packet.variableHeader().packetId(),
          packet.fixedHeader().qosLevel().value(),
          packet.fixedHeader().isRetain(),
          packet.variableHeader().properties(),
          payload);
    } finally {
      packet.release();
    }
  }
}
