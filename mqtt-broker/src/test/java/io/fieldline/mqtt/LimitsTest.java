// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who asks for too much, or does not do his part, pays alone.
@Timeout(20)
final class LimitsTest {
  private static final int MAX_CONNECTIONS = 20;
  private static final int MAX_PACKET = 64 * 1024;
  private static final int MAX_QUEUED = 50;
  private static final Limits LIMITS =
      new Limits(
          MAX_CONNECTIONS,
          Duration.ofMillis(700),
          Duration.ofSeconds(1),
          Duration.ZERO,
          MAX_PACKET,
          MAX_PACKET,
          64,
          128,
          7,
          4,
          8,
          16,
          10,
          MAX_QUEUED,
          Duration.ofDays(1),
          5);

  private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
  private final MqttBroker broker =
      MqttBroker.builder().limits(LIMITS).onEvent(events::add).start();
  private InetSocketAddress address = new InetSocketAddress(0);
  private Neighbours neighbours;

  @BeforeEach
  void listen() throws IOException {
    address = broker.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    neighbours = new Neighbours(address);
  }

  @AfterEach
  void close() throws IOException {
    neighbours.talk();
    neighbours.close();
    broker.close();
  }

  private ConnectionEvent.Disconnected endOf(String clientId) throws InterruptedException {
    while (true) {
      ConnectionEvent event = events.poll(5, TimeUnit.SECONDS);
      assertThat(event).as("the end of " + clientId).isNotNull();
      if (event instanceof ConnectionEvent.Disconnected end
          && end.client().clientId().equals(clientId)) {
        return end;
      }
    }
  }

  private static PublishedMessage message(String topic, byte[] payload, Qos qos) {
    return new PublishedMessage(new TopicName(topic), payload, qos);
  }

  @Test
  void aPacketOverTheLimitEndsItsConnectionAsSoonAsItsLengthIsKnown() throws Exception {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "large")) {
      client.publish("x", "y".repeat(MAX_PACKET - 100), 1);

      // 64 KiB and one byte are announced; none of them is sent.
      client.sendBytes((byte) 0x30, (byte) 0x81, (byte) 0x80, (byte) 0x04);

      assertThat(client.awaitEnd()).isEqualTo(0x95);
    }
    assertThat(endOf("large").detail()).isEqualTo("a packet has at most 65536 bytes");
  }

  @Test
  void topicsAndSubscriptionsHaveTheirLimits() throws IOException {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "deep")) {
      assertThat(client.subscribeForCodes("1/2/3/4/5/6/7/8/9", 0)).containsExactly(0x8F);
      for (int i = 0; i < 16; i++) {
        client.subscribe("s/" + i, 0);
      }
      assertThat(client.subscribeForCodes("s/17", 0)).containsExactly(0x97);
      client.publish("long/" + "x".repeat(10), "", 1);

      client.sendPublish("1/2/3/4/5/6/7/8/9", "x", 0, p -> p);

      assertThat(client.awaitEnd()).isEqualTo(0x90);
    }
    try (var client = TestClient.open(address, MqttVersion.MQTT_3_1_1)) {
      var connack = client.connect("n".repeat(65), b -> b);
      assertThat(connack.variableHeader().connectReturnCode().byteValue()).isEqualTo((byte) 2);
    }
  }

  @Test
  void whoNeverSendsConnectIsClosed() throws IOException {
    try (var silent = TestClient.open(address, MqttVersion.MQTT_5);
        var slow = TestClient.open(address, MqttVersion.MQTT_5)) {
      slow.sendBytes((byte) 0x10);

      assertThat(silent.awaitEnd()).isEqualTo(-1);
      assertThat(slow.awaitEnd()).isEqualTo(-1);
    }
  }

  @Test
  void aFloodOfConnectionsMeetsTheLimitAndPasses() throws Exception {
    var flood = new ArrayList<Socket>();
    try {
      int refused = 0;
      for (int i = 0; i < 10 * MAX_CONNECTIONS; i++) {
        var socket = new Socket(address.getAddress(), address.getPort());
        flood.add(socket);
        socket.setSoTimeout(5_000);
      }
      neighbours.talk();
      for (Socket socket : flood) {
        refused += socket.getInputStream().read() < 0 ? 1 : 0;
      }
      assertThat(refused).as("ended, at once or without CONNECT").isEqualTo(flood.size());
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
    TestClient.connected(address, MqttVersion.MQTT_5, "after").disconnect();
  }

  @Test
  void aHalfOpenConnectionEndsAfterOneAndAHalfKeepAlives() throws Exception {
    long start = System.nanoTime();
    try (var client =
        TestClient.connected(address, MqttVersion.MQTT_5, "gone", b -> b.keepAlive(1))) {
      // What is not a whole packet is no sign of life.
      client.sendBytes((byte) 0x30);

      assertThat(client.awaitEnd()).isEqualTo(0x8D);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(4));
    assertThat(endOf("gone").reason()).isEqualTo(DisconnectReason.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void whoPingsStays() throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_800);
    try (var client =
        TestClient.connected(address, MqttVersion.MQTT_5, "alive", b -> b.keepAlive(1))) {
      client.socket().setSoTimeout(600);
      while (System.nanoTime() < end) {
        client.ping();
        assertThat(client.isQuiet()).isTrue();
      }
      client.ping();
      client.disconnect();
    }
  }

  @Test
  void aSubscriberThatNeverReadsHoldsUpNobodyAndCostsBoundedMemory() throws Exception {
    var payload = new byte[32 * 1024];
    try (var dead = TestClient.connected(address, MqttVersion.MQTT_5, "dead");
        var quick = TestClient.connected(address, MqttVersion.MQTT_5, "quick")) {
      dead.subscribe("flood/#", 1);
      quick.subscribe("flood/#", 1);
      int sent = 2_000;
      for (int i = 0; i < sent; i++) {
        broker.publish(message("flood/once", payload, Qos.AT_MOST_ONCE));
        broker.publish(message("flood/" + i, payload, Qos.AT_LEAST_ONCE));
        while (!quick.receivePublish().variableHeader().topicName().equals("flood/" + i)) {
          // A message of QoS 0.
        }
        if (i % 500 == 0) {
          neighbours.talk();
        }
      }
      long dropped = broker.droppedCount();

      // 10 in flight, 50 queued, and of QoS 0 what socket and channel buffer: the rest is gone.
      assertThat(dropped).isBetween(sent - 60L + sent - 400L, 2L * sent - 60);
    }
  }

  @Test
  void whoAsksAndNeverReadsTheAnswersIsNotReadEither() throws Exception {
    try (var deaf = TestClient.connected(address, MqttVersion.MQTT_5, "deaf")) {
      var pieces = new Semaphore(0);
      var pings = new byte[64 * 1024];
      for (int i = 0; i < pings.length; i += 2) {
        pings[i] = (byte) 0xC0;
      }
      var writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    deaf.sendBytes(pings);
                    pieces.release();
                  }
                } catch (IOException closed) {
                  // The test is over.
                }
              });
      // The writer gets stuck: nothing is sent for a while.
      int sent = 0;
      while (pieces.tryAcquire(700, TimeUnit.MILLISECONDS)) {
        sent++;
      }
      assertThat(sent).as("pieces of 64 KiB").isLessThan(1_000);
      neighbours.talk();
      deaf.socket().close();
      writer.join();
    }
  }

  @Test
  void theClientsOwnLimitsHold() throws Exception {
    var properties = new MqttProperties();
    properties.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, 2));
    properties.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, 100));
    try (var small =
        TestClient.connected(address, MqttVersion.MQTT_5, "small", b -> b.properties(properties))) {
      small.subscribe("m", 1);
      broker.publish(message("m", new byte[200], Qos.AT_LEAST_ONCE));
      for (String text : new String[] {"1", "2", "3"}) {
        broker.publish(message("m", text.getBytes(UTF_8), Qos.AT_LEAST_ONCE));
      }

      var first = small.receiveUnacknowledged();
      assertThat(TestClient.text(first)).isEqualTo("m=1");
      assertThat(TestClient.text(small.receiveUnacknowledged())).isEqualTo("m=2");
      small.send(MqttMessage.PINGREQ);
      assertThat(small.next().fixedHeader().messageType()).isEqualTo(MqttMessageType.PINGRESP);
      small.send(
          MqttMessageBuilders.pubAck()
              .packetId(first.variableHeader().packetId())
              .reasonCode((byte) 0)
              .properties(MqttProperties.NO_PROPERTIES)
              .build());
      assertThat(TestClient.text(small.receiveUnacknowledged())).isEqualTo("m=3");
    }
  }

  @Test
  void onlySoManyTopicsAreRetained() throws IOException {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "keeper")) {
      for (int i = 0; i < 8; i++) {
        client.publish("kept/" + i, "x", 1, p -> p.retained(true));
      }
      client.publish("kept/0", "newer", 1, p -> p.retained(true));
    }
    assertThat(broker.retained()).hasSize(5);
    assertThat(broker.retained(new TopicName("kept/0")))
        .hasValueSatisfying(
            r -> assertThat(r.message().payload()).asString(UTF_8).isEqualTo("newer"));
  }
}
