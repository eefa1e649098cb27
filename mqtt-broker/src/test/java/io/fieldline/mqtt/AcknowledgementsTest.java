// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An interceptor that finishes with messages later, and what their publishers see of it.
@Timeout(20)
final class AcknowledgementsTest {
  private static final int WINDOW = Limits.standard().maxInflight();

  private record Taken(Runnable settled) {}

  private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
  private final MqttBroker broker =
      MqttBroker.builder()
          .limits(StandardLimits.withKeepAlive(Duration.ofSeconds(1)))
          .interceptor((_, message, settled) -> {
            if (message.topic().text().startsWith("neighbours")) {
              settled.run();
            } else if (message.topic().text().equals("full")) {
              return PublishInterceptor.Verdict.REFUSED;
            } else {
              taken.add(new Taken(settled));
            }
            return PublishInterceptor.Verdict.ROUTE;
          })
          .start();
  private InetSocketAddress address = new InetSocketAddress(0);

  @BeforeEach
  void listen() throws IOException {
    address = broker.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Taken next() throws InterruptedException {
    Taken one = taken.poll(5, TimeUnit.SECONDS);
    assertThat(one).as("a message at the interceptor").isNotNull();
    return one;
  }

  private static int nextAcknowledged(TestClient client) throws IOException {
    return ((MqttMessageIdVariableHeader) client.await(MqttMessageType.PUBACK).variableHeader())
        .messageId();
  }

  @ParameterizedTest
  @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
  void messagesAreAcknowledgedInTheirOrderWhateverFinishesFirst(MqttVersion version)
      throws Exception {
    try (var client = TestClient.connected(address, version, "c")) {
      List<Taken> all = new ArrayList<>();
      for (int i = 1; i <= 3; i++) {
        client.sendPublish("t", "m" + i, 1, p -> p);
        all.add(next());
      }
      client.sendPublish("t", "at most once", 0, p -> p);
      next().settled().run();

      all.get(2).settled().run();
      all.get(1).settled().run();
      client.ping();
      all.get(0).settled().run();

      assertThat(
              List.of(nextAcknowledged(client), nextAcknowledged(client), nextAcknowledged(client)))
          .containsExactly(1, 2, 3);
    }
  }

  @Test
  void nothingIsAcknowledgedBeforeItsTimeAndOthersGoOn() throws Exception {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_3_1_1, "c");
        var neighbours = new Neighbours(address)) {
      client.sendPublish("t", "m", 1, p -> p);
      Taken first = next();

      neighbours.talk();
      client.socket().setSoTimeout(200);
      assertThat(client.isQuiet()).isTrue();
      client.socket().setSoTimeout(5_000);

      first.settled().run();
      assertThat(nextAcknowledged(client)).isEqualTo(1);
    }
  }

  @Test
  void aRefusalWaitsForItsTurn() throws Exception {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "c")) {
      client.sendPublish("t", "m", 1, p -> p);
      Taken first = next();
      client.sendPublish("full", "m", 1, p -> p);
      client.ping();

      first.settled().run();

      assertThat(nextAcknowledged(client)).isEqualTo(1);
      var refused =
          (MqttPubReplyMessageVariableHeader) client.await(MqttMessageType.PUBACK).variableHeader();
      assertThat(refused.messageId()).isEqualTo(2);
      assertThat(refused.reasonCode() & 0xFF).isEqualTo(0x97);
    }
  }

  @Test
  void whoIsOwedAWholeWindowIsReadNoFurtherAndKeepsItsConnection() throws Exception {
    int many = 5_000;
    try (var client = TestClient.connected(address, MqttVersion.MQTT_3_1_1, "c")) {
      var sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < many; i++) {
                    client.sendPublish("t", "x".repeat(1_000), 1, p -> p);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      List<Taken> held = new ArrayList<>();
      for (int i = 0; i < WINDOW; i++) {
        held.add(next());
      }
      // Longer than 1.5 times the keep-alive: nothing happens all the while.
      Taken beyond = taken.poll(2_500, TimeUnit.MILLISECONDS);
      for (int i = 0; beyond != null; i++) {
        assertThat(i).as("messages beyond the window").isLessThan(many / 4);
        held.add(beyond);
        beyond = taken.poll(2_500, TimeUnit.MILLISECONDS);
      }
      assertThat(broker.client("c")).isPresent();

      held.forEach(t -> t.settled().run());
      for (int i = held.size(); i < many; i++) {
        next().settled().run();
      }
      sender.join();
      for (int i = 0; i < many; i++) {
        nextAcknowledged(client);
      }
    }
  }
}
