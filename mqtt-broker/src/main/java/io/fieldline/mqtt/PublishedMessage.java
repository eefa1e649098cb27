// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// One application message.
///
/// @param payload not to be changed by whoever receives it
/// @param retain whether the broker is to keep it as the topic's last message
public record PublishedMessage(
    TopicName topic, byte[] payload, Qos qos, boolean retain, MessageProperties properties) {
  public PublishedMessage(TopicName topic, byte[] payload, Qos qos) {
    this(topic, payload, qos, false, MessageProperties.NONE);
  }
}
