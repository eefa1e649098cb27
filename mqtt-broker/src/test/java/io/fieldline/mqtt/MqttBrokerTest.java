// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MqttBrokerTest {
  private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
  private final MqttBroker broker = MqttBroker.builder().onEvent(events::add).start();
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void listen() throws IOException {
    address = broker.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void messageReachesSubscriberOfEitherVersionAndQos(MqttVersion version) throws IOException {
    try (var alice = TestClient.connected(address, version, "alice");
        var bob = TestClient.connected(address, MqttVersion.MQTT_3_1_1, "bob")) {
      alice.subscribe("house/+/temperature", 1);
      bob.subscribe("house/#", 0);

      bob.publish("house/kitchen/temperature", "21.5", 1);

      assertThat(alice.receive()).isEqualTo("house/kitchen/temperature=21.5");
      assertThat(bob.receive()).isEqualTo("house/kitchen/temperature=21.5");
    }
  }

  @Test
  void programPublishesAndSubscribesWithoutConnection() throws Exception {
    var seen = new ArrayBlockingQueue<PublishedMessage>(10);
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_5, "alice");
        var _ = broker.subscribe(new TopicFilter("to/program"), seen::add)) {
      alice.subscribe("to/alice", 1);

      broker.publish(
          new PublishedMessage(new TopicName("to/alice"), "hi".getBytes(UTF_8), Qos.AT_LEAST_ONCE));
      alice.publish("to/program", "yes", 1);

      assertThat(alice.receive()).isEqualTo("to/alice=hi");
      PublishedMessage message = seen.poll(5, TimeUnit.SECONDS);
      assertThat(message).isNotNull();
      assertThat(message.payload()).asString(UTF_8).isEqualTo("yes");
    }
  }

  @Test
  void sessionKeepsMessagesWhileClientIsAway() throws IOException {
    var away =
        TestClient.connected(address, MqttVersion.MQTT_3_1_1, "away", b -> b.cleanSession(false));
    away.subscribe("jobs", 1);
    away.disconnect();
    broker.publish(message("jobs", "one"));
    broker.publish(message("jobs", "two"));

    try (var back = TestClient.open(address, MqttVersion.MQTT_3_1_1)) {
      var connack = back.connect("away", b -> b.cleanSession(false));

      assertThat(connack.variableHeader().isSessionPresent()).isTrue();
      assertThat(List.of(back.receive(), back.receive())).containsExactly("jobs=one", "jobs=two");
    }
  }

  @Test
  void unacknowledgedMessageComesAgainWithDupAfterReconnect() throws IOException {
    MqttProperties hour = new MqttProperties();
    hour.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, 3_600));
    try (var first =
        TestClient.connected(
            address, MqttVersion.MQTT_5, "c", b -> b.cleanSession(false).properties(hour))) {
      first.subscribe("t", 1);
      broker.publish(message("t", "x"));
      MqttPublishMessage sent = first.receiveUnacknowledged();
      first.socket().close();

      try (var second =
          TestClient.connected(
              address, MqttVersion.MQTT_5, "c", b -> b.cleanSession(false).properties(hour))) {
        MqttPublishMessage again = second.receivePublish();

        assertThat(again.fixedHeader().isDup()).isTrue();
        assertThat(again.variableHeader().packetId()).isEqualTo(sent.variableHeader().packetId());
      }
    }
  }

  @Test
  void newConnectionTakesOverAndOldOneIsToldWhy() throws Exception {
    try (var old = TestClient.connected(address, MqttVersion.MQTT_5, "same")) {
      try (var young = TestClient.connected(address, MqttVersion.MQTT_5, "same")) {
        assertThat(old.awaitEnd()).isEqualTo(0x8E);
        young.ping();
      }
    }

    assertThat(next(ConnectionEvent.Disconnected.class).reason())
        .isEqualTo(DisconnectReason.DUPLICATE_CLIENT_ID);
  }

  @Test
  void willIsSentWhenConnectionIsLostAndNotAfterGoodbye() throws Exception {
    try (var watcher = TestClient.connected(address, MqttVersion.MQTT_5, "watcher")) {
      watcher.subscribe("wills/#", 1);
      TestClient polite = withWill("polite");
      polite.disconnect();
      TestClient lost = withWill("lost");
      lost.socket().close();

      assertThat(watcher.receive()).isEqualTo("wills/lost=gone");
    }
  }

  private TestClient withWill(String id) throws IOException {
    return TestClient.connected(
        address,
        MqttVersion.MQTT_3_1_1,
        id,
        b -> b.willFlag(true).willTopic("wills/" + id).willMessage("gone".getBytes(UTF_8)));
  }

  @Test
  void whatWasAcknowledgedIsThereForWhoReadsAfterwards() throws IOException {
    Thread reader = Thread.currentThread();
    InstantSource slow =
        () -> {
          if (Thread.currentThread() != reader) {
            // Routing asks for the time before it keeps anything.
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
          }
          return Instant.now();
        };
    try (var late = MqttBroker.builder().clock(slow.withZone(ZoneOffset.UTC)).start();
        var alice =
            TestClient.connected(
                late.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                MqttVersion.MQTT_5,
                "alice")) {
      alice.publish("kept", "new", 1, p -> p.retained(true));

      assertThat(late.retained(new TopicName("kept"))).isPresent();
    }
  }

  @Test
  void retainedMessageReachesLaterSubscriberAndEmptyPayloadForgetsIt() throws IOException {
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_5, "alice");
        var bob = TestClient.connected(address, MqttVersion.MQTT_5, "bob")) {
      alice.publish("state", "on", 1, p -> p.retained(true));
      bob.subscribe("state", 1);
      MqttPublishMessage kept = bob.receivePublish();
      alice.publish("state", "", 1, p -> p.retained(true));

      assertThat(kept.fixedHeader().isRetain()).isTrue();
      assertThat(TestClient.text(kept)).isEqualTo("state=on");
      assertThat(bob.receive()).isEqualTo("state=");
      assertThat(broker.retained()).isEmpty();
    }
  }

  @Test
  void propertiesTravelFromPublisherToSubscriber() throws IOException {
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_5, "alice")) {
      alice.subscribe("p", 1);
      var given = new MqttProperties();
      given.add(new MqttProperties.StringProperty(MqttProperties.CONTENT_TYPE, "text/csv"));
      given.add(new MqttProperties.StringProperty(MqttProperties.RESPONSE_TOPIC, "answers"));
      given.add(new MqttProperties.BinaryProperty(MqttProperties.CORRELATION_DATA, new byte[] {7}));
      given.add(new IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, 60));
      given.add(new MqttProperties.UserProperty("unit", "°C"));
      given.add(new MqttProperties.UserProperty("unit", "again"));

      alice.publish("p", "x", 1, b -> b.properties(given));

      MessageProperties got =
          PropertiesCodec.read(alice.receivePublish().variableHeader().properties());
      assertThat(got.contentType()).isEqualTo("text/csv");
      assertThat(got.responseTopic()).isEqualTo("answers");
      assertThat(got.correlationData()).containsExactly(7);
      assertThat(got.expiry()).isNotNull();
      assertThat(got.userProperties())
          .containsExactly(
              new MessageProperties.UserProperty("unit", "°C"),
              new MessageProperties.UserProperty("unit", "again"));
    }
  }

  @Test
  void sharedSubscriptionGivesEachMessageToOneMember() throws IOException {
    try (var a = TestClient.connected(address, MqttVersion.MQTT_5, "a");
        var b = TestClient.connected(address, MqttVersion.MQTT_5, "b")) {
      a.subscribe("$share/workers/work", 1);
      b.subscribe("$share/workers/work", 1);

      for (int i = 0; i < 4; i++) {
        broker.publish(message("work", "job"));
      }

      assertThat(List.of(a.receive(), a.receive(), b.receive(), b.receive()))
          .containsOnly("work=job");
    }
  }

  @Test
  void slowSubscriberHoldsUpNobodyAndItsQueueIsBounded() throws IOException {
    try (var slow = TestClient.connected(address, MqttVersion.MQTT_5, "slow");
        var quick = TestClient.connected(address, MqttVersion.MQTT_5, "quick")) {
      slow.subscribe("flood", 1);
      quick.subscribe("flood", 1);

      for (int i = 0; i < 3_000; i++) {
        broker.publish(message("flood", "message " + i));
        assertThat(quick.receive()).isEqualTo("flood=message " + i);
      }

      assertThat(broker.droppedCount()).isEqualTo(3_000 - 100 - 1_000);
      assertThat(slow.receive()).isEqualTo("flood=message 0");
    }
  }

  @Test
  void unsubscribedClientGetsNothingMore() throws Exception {
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_5, "alice")) {
      alice.subscribe("a", 1);
      alice.unsubscribe("a");
      broker.publish(message("a", "x"));
      alice.ping();
    }

    assertThat(next(ConnectionEvent.Unsubscribed.class).filters())
        .containsExactly(new TopicFilter("a"));
  }

  @Test
  void topicAliasStandsForItsTopic() throws IOException {
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_5, "alice");
        var bob = TestClient.connected(address, MqttVersion.MQTT_5, "bob")) {
      bob.subscribe("long/topic", 0);
      var alias = new MqttProperties();
      alias.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS, 1));

      alice.publish("long/topic", "1", 1, b -> b.properties(alias));
      alice.publish("", "2", 1, b -> b.properties(alias));

      assertThat(List.of(bob.receive(), bob.receive()))
          .containsExactly("long/topic=1", "long/topic=2");
    }
  }

  @Test
  void broadcastOfDisconnectReasonWhenBrokerCloses() throws IOException {
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_5, "alice")) {
      broker.close();

      assertThat(alice.awaitEnd()).isEqualTo(0x8B);
    }
  }

  @Test
  void pingIsAnswered() throws IOException {
    try (var alice = TestClient.connected(address, MqttVersion.MQTT_3_1_1, "alice")) {
      alice.send(io.netty.handler.codec.mqtt.MqttMessage.PINGREQ);

      assertThat(alice.await(MqttMessageType.PINGRESP)).isNotNull();
    }
  }

  private static PublishedMessage message(String topic, String payload) {
    return new PublishedMessage(new TopicName(topic), payload.getBytes(UTF_8), Qos.AT_LEAST_ONCE);
  }

  private <E extends ConnectionEvent> E next(Class<E> type) throws InterruptedException {
    while (true) {
      ConnectionEvent event = events.poll(5, TimeUnit.SECONDS);
      assertThat(event).as("an event of " + type.getSimpleName()).isNotNull();
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }
}
