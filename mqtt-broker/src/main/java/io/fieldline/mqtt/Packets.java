// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.time.Instant;
import java.util.List;

/// The packets that the broker sends.
final class Packets {
  static final int SUCCESS = 0x00;
  static final int NO_MATCHING_SUBSCRIBERS = 0x11;
  static final int UNSPECIFIED = 0x80;
  static final int NOT_AUTHORIZED = 0x87;
  static final int TOPIC_FILTER_INVALID = 0x8F;
  static final int QUOTA_EXCEEDED = 0x97;

  private Packets() {}

  static MqttMessage publish(Delivery d, int packetId, boolean dup, int version, Instant now) {
    PublishedMessage m = d.message();
    var header =
        new MqttFixedHeader(
            MqttMessageType.PUBLISH, dup, MqttQoS.valueOf(d.qos().level()), d.retained(), 0);
    MqttProperties properties =
        version == 5 ? PropertiesCodec.write(d.propertiesAt(now)) : MqttProperties.NO_PROPERTIES;
    return new MqttPublishMessage(
        header,
        new MqttPublishVariableHeader(m.topic().text(), packetId, properties),
        Unpooled.wrappedBuffer(m.payload()));
  }

  static MqttMessage connack(
      MqttConnectReturnCode code, boolean sessionPresent, MqttProperties properties) {
    return new MqttConnAckMessage(
        fixed(MqttMessageType.CONNACK),
        new MqttConnAckVariableHeader(code, sessionPresent, properties));
  }

  static MqttMessage puback(int packetId, int code) {
    return new MqttPubAckMessage(
        fixed(MqttMessageType.PUBACK),
        new MqttPubReplyMessageVariableHeader(packetId, (byte) code, MqttProperties.NO_PROPERTIES));
  }

  static MqttMessage suback(int packetId, List<Integer> codes) {
    return new MqttSubAckMessage(
        fixed(MqttMessageType.SUBACK), id(packetId), new MqttSubAckPayload(codes));
  }

  static MqttMessage unsuback(int packetId, List<Short> codes) {
    return new MqttUnsubAckMessage(
        fixed(MqttMessageType.UNSUBACK), id(packetId), new MqttUnsubAckPayload(codes));
  }

  static MqttMessage disconnect(int code, String why) {
    var properties = new MqttProperties();
    if (!why.isEmpty()) {
      properties.add(new StringProperty(MqttProperties.REASON_STRING, why));
    }
    return new MqttMessage(
        fixed(MqttMessageType.DISCONNECT),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) code, properties));
  }

  private static MqttMessageIdVariableHeader id(int packetId) {
    return new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES);
  }

  private static MqttFixedHeader fixed(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }
}
