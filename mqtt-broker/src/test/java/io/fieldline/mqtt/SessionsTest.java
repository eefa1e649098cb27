// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What outlives a connection: sessions, wills, retained messages.
final class SessionsTest {
  private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
  private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();
  private final MqttBroker broker =
      MqttBroker.builder()
          .clock(new MovedClock())
          .onEvent(event -> {
            if (event instanceof ConnectionEvent.Disconnected left) {
              gone.add(left.client().clientId());
            }
          })
          .start();
  private InetSocketAddress address = new InetSocketAddress(0);

  private final class MovedClock extends Clock {
    @Override
    public Instant instant() {
      return Instant.now().plus(later.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void listen() throws IOException {
    address = broker.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private static UnaryOperator<ConnectBuilder> keeping(int seconds) {
    var properties = new MqttProperties();
    properties.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, seconds));
    return b -> b.cleanSession(false).properties(properties);
  }

  private TestClient connected(String id, UnaryOperator<ConnectBuilder> how) throws IOException {
    return TestClient.connected(address, MqttVersion.MQTT_5, id, how);
  }

  private void publish(String topic, String text) {
    broker.publish(
        new PublishedMessage(new TopicName(topic), text.getBytes(UTF_8), Qos.AT_LEAST_ONCE));
  }

  @Test
  void whoTakesOverGetsTheSessionWithWhatWasNotAcknowledged() throws IOException {
    try (var old = connected("same", keeping(60))) {
      old.subscribe("t", 1);
      publish("t", "one");
      old.receiveUnacknowledged();

      try (var young = TestClient.open(address, MqttVersion.MQTT_5)) {
        var connack = young.connect("same", keeping(60));

        assertThat(old.awaitEnd()).isEqualTo(0x8E);
        assertThat(connack.variableHeader().isSessionPresent()).isTrue();
        assertThat(young.receive()).isEqualTo("t=one");
        publish("t", "two");
        assertThat(young.receive()).isEqualTo("t=two");
      }
    }
  }

  @Test
  void aCleanStartForgetsTheSession() throws IOException {
    try (var first = connected("c", keeping(60))) {
      first.subscribe("t", 1);
      first.disconnect();
    }
    publish("t", "missed");

    try (var second = TestClient.open(address, MqttVersion.MQTT_5)) {
      var connack = second.connect("c", b -> b.cleanSession(true));

      assertThat(connack.variableHeader().isSessionPresent()).isFalse();
      assertThat(broker.subscriptions("c")).isEmpty();
      second.subscribe("t", 1);
      publish("t", "seen");
      assertThat(second.receive()).isEqualTo("t=seen");
    }
  }

  @Test
  void aSessionIsOverAfterItsTime() throws IOException {
    try (var first = connected("c", keeping(60))) {
      first.subscribe("t", 1);
      first.disconnect();
    }
    later.set(Duration.ofSeconds(61));

    try (var second = TestClient.open(address, MqttVersion.MQTT_5)) {
      assertThat(second.connect("c", keeping(60)).variableHeader().isSessionPresent()).isFalse();
    }
  }

  @Test
  void aSessionWithoutTimeEndsWithItsConnection() throws IOException {
    try (var first = connected("c", b -> b.cleanSession(false))) {
      first.subscribe("t", 1);
      first.disconnect();
    }
    try (var second = TestClient.open(address, MqttVersion.MQTT_5)) {
      assertThat(
              second.connect("c", b -> b.cleanSession(false)).variableHeader().isSessionPresent())
          .isFalse();
    }
  }

  @Test
  void aMessageWhoseTimeIsOverDoesNotComeAfterAll() throws IOException {
    try (var away = connected("away", keeping(3_600));
        var sender = connected("sender", b -> b)) {
      away.subscribe("t", 1);
      away.disconnect();
      var minute = new MqttProperties();
      minute.add(new IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, 60));
      sender.publish("t", "short-lived", 1, p -> p.properties(minute));
      sender.publish("t", "lasting", 1);
      later.set(Duration.ofSeconds(61));

      try (var back = connected("away", keeping(3_600))) {
        assertThat(back.receive()).isEqualTo("t=lasting");
      }
    }
  }

  private TestClient withWill(String id, int delaySeconds) throws IOException {
    var properties = new MqttProperties();
    properties.add(new IntegerProperty(MqttProperties.WILL_DELAY_INTERVAL, delaySeconds));
    var keep = keeping(3_600);
    return connected(
        id,
        b ->
            keep.apply(b)
                .willFlag(true)
                .willQoS(MqttQoS.AT_LEAST_ONCE)
                .willTopic("wills/" + id)
                .willProperties(properties)
                .willMessage("gone".getBytes(UTF_8)));
  }

  @Test
  void aWillWithADelayIsSentWhenItIsOverAndNotBefore() throws Exception {
    try (var watcher = connected("watcher", b -> b)) {
      watcher.subscribe("wills/#", 1);
      withWill("slow", 30).socket().close();
      assertThat(gone.poll(5, TimeUnit.SECONDS)).isEqualTo("slow");
      withWill("prompt", 0).socket().close();

      assertThat(watcher.receive()).isEqualTo("wills/prompt=gone");
      later.set(Duration.ofSeconds(31));
      assertThat(watcher.receive()).isEqualTo("wills/slow=gone");
    }
  }

  @Test
  void whoComesBackInTimeTakesTheWillBack() throws IOException {
    try (var watcher = connected("watcher", b -> b)) {
      watcher.subscribe("wills/#", 1);
      withWill("back", 30).socket().close();
      try (var back = connected("back", keeping(3_600))) {
        later.set(Duration.ofSeconds(31));
        withWill("other", 0).socket().close();

        assertThat(watcher.receive()).isEqualTo("wills/other=gone");
        back.ping();
      }
    }
  }

  @Test
  void aGoodbyeMayAskForTheWill() throws IOException {
    try (var watcher = connected("watcher", b -> b);
        var leaver = withWill("leaver", 0)) {
      watcher.subscribe("wills/#", 1);
      leaver.send(
          new MqttMessage(
              new MqttFixedHeader(
                  MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0),
              new MqttReasonCodeAndPropertiesVariableHeader(
                  (byte) 0x04, MqttProperties.NO_PROPERTIES)));

      assertThat(watcher.receive()).isEqualTo("wills/leaver=gone");
    }
  }

  @Test
  void aWillIsSentWhereTheProtocolWasBroken() throws IOException {
    try (var watcher = connected("watcher", b -> b);
        var rude = withWill("rude", 0)) {
      watcher.subscribe("wills/#", 1);
      rude.sendBytes((byte) 0, (byte) 0);

      assertThat(rude.awaitEnd()).isEqualTo(0x81);
      assertThat(watcher.receive()).isEqualTo("wills/rude=gone");
    }
  }

  @Test
  void retainedMessagesComeToEachNewSubscriptionThatMatches() throws IOException {
    try (var keeper = connected("keeper", b -> b);
        var late = connected("late", b -> b)) {
      keeper.publish("state/a", "1", 1, p -> p.retained(true));
      keeper.publish("state/b", "2", 1, p -> p.retained(true));
      keeper.publish("state/b", "3", 0, p -> p.retained(true));
      keeper.ping();

      late.subscribe("state/+", 1);

      assertThat(List.of(late.receive(), late.receive()))
          .containsExactlyInAnyOrder("state/a=1", "state/b=3");
      late.subscribe("state/a", 0);
      assertThat(late.receive()).isEqualTo("state/a=1");
    }
  }

  @Test
  void aWildcardDoesNotReachTopicsOfTheServersOwn() throws IOException {
    try (var curious = connected("curious", b -> b)) {
      curious.subscribe("#", 1);
      curious.subscribe("+/x", 1);
      publish("$aws/x", "hidden");
      publish("open", "seen");

      assertThat(curious.receive()).isEqualTo("open=seen");
    }
  }
}
