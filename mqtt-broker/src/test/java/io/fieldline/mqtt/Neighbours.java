// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Two well-behaved clients that talk to each other while a third one misbehaves.
final class Neighbours implements AutoCloseable {
  private final TestClient sender;
  private final TestClient receiver;
  private int said;

  Neighbours(InetSocketAddress address) throws IOException {
    sender = TestClient.connected(address, MqttVersion.MQTT_3_1_1, "neighbour-sender");
    receiver = TestClient.connected(address, MqttVersion.MQTT_5, "neighbour-receiver");
    receiver.subscribe("neighbours/#", 1);
  }

  /// A message goes from one to the other and is acknowledged.
  void talk() throws IOException {
    String text = "message " + ++said;
    sender.publish("neighbours/talk", text, 1);
    assertThat(receiver.receive()).isEqualTo("neighbours/talk=" + text);
  }

  @Override
  public void close() throws IOException {
    sender.close();
    receiver.close();
  }
}
