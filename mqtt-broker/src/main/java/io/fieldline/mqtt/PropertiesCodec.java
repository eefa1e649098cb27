// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Between Netty's property lists and ours.
final class PropertiesCodec {
  private PropertiesCodec() {}

  static Optional<Integer> integer(MqttProperties from, int id) {
    return Optional.ofNullable(from.getProperty(id)).map(p -> (Integer) p.value());
  }

  /// A four-byte number of seconds, which may be above what an int holds.
  static Optional<Duration> seconds(MqttProperties from, int id) {
    return integer(from, id).map(n -> Duration.ofSeconds(Integer.toUnsignedLong(n)));
  }

  static Optional<String> text(MqttProperties from, int id) {
    return Optional.ofNullable(from.getProperty(id)).map(p -> (String) p.value());
  }

  static MessageProperties read(MqttProperties from) {
    if (from.isEmpty()) {
      return MessageProperties.NONE;
    }
    var user = new ArrayList<MessageProperties.UserProperty>();
    for (MqttProperty<?> p : from.getProperties(MqttProperties.USER_PROPERTY)) {
      var pair = (MqttProperties.StringPair) p.value();
      user.add(new MessageProperties.UserProperty(pair.key, pair.value));
    }
    @Nullable MqttProperty<?> correlation = from.getProperty(MqttProperties.CORRELATION_DATA);
    return new MessageProperties(
        integer(from, MqttProperties.PAYLOAD_FORMAT_INDICATOR).orElse(null),
        seconds(from, MqttProperties.PUBLICATION_EXPIRY_INTERVAL).orElse(null),
        text(from, MqttProperties.CONTENT_TYPE).orElse(null),
        text(from, MqttProperties.RESPONSE_TOPIC).orElse(null),
        correlation == null ? null : (byte[]) correlation.value(),
        user);
  }

  static MqttProperties write(MessageProperties from) {
    if (from.equals(MessageProperties.NONE)) {
      return MqttProperties.NO_PROPERTIES;
    }
    var to = new MqttProperties();
    if (from.payloadFormat() != null) {
      to.add(new IntegerProperty(MqttProperties.PAYLOAD_FORMAT_INDICATOR, from.payloadFormat()));
    }
    if (from.expiry() != null) {
      int seconds = (int) Math.min(from.expiry().toSeconds(), 0xFFFF_FFFFL);
      to.add(new IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, seconds));
    }
    if (from.contentType() != null) {
      to.add(new StringProperty(MqttProperties.CONTENT_TYPE, from.contentType()));
    }
    if (from.responseTopic() != null) {
      to.add(new StringProperty(MqttProperties.RESPONSE_TOPIC, from.responseTopic()));
    }
    if (from.correlationData() != null) {
      to.add(new BinaryProperty(MqttProperties.CORRELATION_DATA, from.correlationData()));
    }
    if (!from.userProperties().isEmpty()) {
      var user = new UserProperties();
      from.userProperties().forEach(p -> user.add(p.name(), p.value()));
      to.add(user);
    }
    return to;
  }
}
