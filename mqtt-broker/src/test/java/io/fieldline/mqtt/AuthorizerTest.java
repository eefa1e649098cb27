// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the hooks refuse, and how a client hears of it.
final class AuthorizerTest {
  private final BlockingQueue<ConnectionEvent> events = new LinkedBlockingQueue<>();
  private MqttBroker broker = MqttBroker.builder().start();

  @AfterEach
  void close() {
    broker.close();
  }

  /// Nobody may do anything under {@code secret}.
  private static final class NoSecrets implements Authorizer {
    @Override
    public boolean mayConnect(Client client) {
      return !client.clientId().equals("secret");
    }

    @Override
    public boolean mayPublish(Client client, PublishedMessage message) {
      return !message.topic().text().startsWith("secret")
          && !(message.retain() && message.topic().text().startsWith("fleeting"));
    }

    @Override
    public boolean maySubscribe(Client client, TopicFilter filter) {
      return !filter.pattern().startsWith("secret");
    }

    @Override
    public boolean mayReceive(Client client, TopicName topic) {
      return !topic.text().endsWith("hidden");
    }
  }

  private static Authenticator.Result byPassword(ConnectDetails connect) {
    if ("down".equals(connect.username())) {
      return new Authenticator.Refused(Authenticator.Refusal.UNAVAILABLE, "cannot tell");
    }
    if ("brief".equals(connect.username())) {
      return new Authenticator.Accepted("brief", Duration.ofMillis(300));
    }
    if ("broken".equals(connect.username())) {
      throw new IllegalStateException("the authenticator failed");
    }
    byte[] password = connect.password();
    return password != null && new String(password, UTF_8).equals("right")
        ? new Authenticator.Accepted(String.valueOf(connect.username()))
        : new Authenticator.Refused(Authenticator.Refusal.BAD_USER_NAME_OR_PASSWORD, "no");
  }

  private InetSocketAddress start(UnaryOperator<MqttBroker.Builder> how) throws IOException {
    broker.close();
    broker =
        how.apply(MqttBroker.builder().authorizer(new NoSecrets()).onEvent(events::add)).start();
    return broker.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static int code(MqttConnAckMessage connack) {
    return connack.variableHeader().connectReturnCode().byteValue() & 0xFF;
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT_3_1_1, ada, wrong, 4",
    "MQTT_5, ada, wrong, 134",
    "MQTT_3_1_1, ada, right, 0",
    "MQTT_3_1_1, down, right, 3",
    "MQTT_5, down, right, 136"
  })
  void theAuthenticatorDecidesAndTheClientHearsWhy(
      MqttVersion version, String user, String password, int code) throws IOException {
    InetSocketAddress address = start(b -> b.authenticator(AuthorizerTest::byPassword));
    try (var client = TestClient.open(address, version)) {
      var connack =
          client.connect(
              "c",
              b ->
                  b.hasUser(true)
                      .username(user)
                      .hasPassword(true)
                      .password(password.getBytes(UTF_8)));

      assertThat(code(connack)).isEqualTo(code);
      if (code != 0) {
        assertThat(client.awaitEnd()).isEqualTo(-1);
        assertThat(broker.clients()).isEmpty();
      }
    }
  }

  @Test
  void anAuthenticatorThatFailsLetsNobodyInAndHarmsNobody() throws IOException {
    InetSocketAddress address = start(b -> b.authenticator(AuthorizerTest::byPassword));
    try (var client = TestClient.open(address, MqttVersion.MQTT_5);
        var good = TestClient.open(address, MqttVersion.MQTT_5)) {
      good.connect(
          "good",
          b -> b.hasUser(true).username("a").hasPassword(true).password("right".getBytes(UTF_8)));
      client.send(
          MqttMessageBuilders.connect()
              .protocolVersion(MqttVersion.MQTT_5)
              .clientId("c")
              .hasUser(true)
              .username("broken")
              .build());

      assertThat(client.awaitEnd()).isEqualTo(-1);
      good.ping();
    }
  }

  @Test
  void aConnectionEndsWhenItsTimeIsOver() throws IOException {
    InetSocketAddress address = start(b -> b.authenticator(AuthorizerTest::byPassword));
    try (var client = TestClient.open(address, MqttVersion.MQTT_5)) {
      client.connect("c", b -> b.hasUser(true).username("brief"));

      assertThat(client.awaitEnd()).isEqualTo(0xA0);
    }
  }

  @ParameterizedTest
  @CsvSource({"MQTT_3_1_1, 5", "MQTT_5, 135"})
  void whoMayNotConnectIsRefusedAndTold(MqttVersion version, int code) throws Exception {
    InetSocketAddress address = start(b -> b);
    try (var client = TestClient.open(address, version)) {
      assertThat(code(client.connect("secret", b -> b))).isEqualTo(code);
      assertThat(client.awaitEnd()).isEqualTo(-1);
    }
    assertThat(events.take()).isInstanceOf(ConnectionEvent.ConnectDenied.class);
  }

  @ParameterizedTest
  @CsvSource({"MQTT_3_1_1, 128", "MQTT_5, 135"})
  void aSubscriptionThatIsDeniedIsNone(MqttVersion version, int code) throws IOException {
    InetSocketAddress address = start(b -> b);
    try (var client = TestClient.connected(address, version, "c")) {
      assertThat(client.subscribeForCodes("secret/#", 1)).containsExactly(code);
      client.subscribe("open/#", 1);
      broker.publish(message("secret/x"));
      broker.publish(message("open/x"));

      assertThat(client.receive()).isEqualTo("open/x=m");
      assertThat(broker.subscriptions("c")).containsExactly(new TopicFilter("open/#"));
    }
  }

  @Test
  void whatAClientMayNotReceiveIsLeftOut() throws IOException {
    InetSocketAddress address = start(b -> b);
    broker.publish(
        new PublishedMessage(
            new TopicName("kept/hidden"),
            "m".getBytes(UTF_8),
            Qos.AT_LEAST_ONCE,
            true,
            MessageProperties.NONE));
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "c")) {
      client.subscribe("#", 1);
      broker.publish(message("a/hidden"));
      broker.publish(message("a/open"));

      assertThat(client.receive()).isEqualTo("a/open=m");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSE, MQTT_5, 1, 135",
    "CLOSE, MQTT_3_1_1, 1, -1",
    "CLOSE, MQTT_5, 0, 135",
    "REFUSE_OR_CLOSE, MQTT_5, 0, 135",
    "REFUSE_OR_CLOSE, MQTT_3_1_1, 1, -1"
  })
  void aDeniedPublishEndsTheConnection(
      DeniedPublish reaction, MqttVersion version, int qos, int code) throws Exception {
    InetSocketAddress address = start(b -> b.deniedPublish(reaction));
    try (var client = TestClient.connected(address, version, "c");
        var other = TestClient.connected(address, MqttVersion.MQTT_5, "other")) {
      other.subscribe("#", 1);
      client.sendPublish("secret/x", "m", qos, p -> p);

      assertThat(client.awaitEnd()).isEqualTo(code);
      broker.publish(message("open"));
      assertThat(other.receive()).isEqualTo("open=m");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSE_OR_CLOSE, MQTT_5, secret/x, false, 135",
    "DISCARD, MQTT_5, secret/x, false, 135",
    "DISCARD, MQTT_3_1_1, secret/x, false, 0",
    "REFUSE_OR_CLOSE, MQTT_5, fleeting/x, true, 135",
    "REFUSE_OR_CLOSE, MQTT_5, fleeting/x, false, 0"
  })
  void aDeniedPublishMayBeAnsweredInstead(
      DeniedPublish reaction, MqttVersion version, String topic, boolean retain, int code)
      throws IOException {
    InetSocketAddress address = start(b -> b.deniedPublish(reaction));
    try (var client = TestClient.connected(address, version, "c")) {
      assertThat(client.publish(topic, "m", 1, p -> p.retained(retain))).isEqualTo(code);
      client.ping();
      assertThat(broker.retained()).isEmpty();
    }
  }

  @Test
  void aWillThatItsClientMayNotPublishIsNotSent() throws Exception {
    InetSocketAddress address = start(b -> b);
    try (var other = TestClient.connected(address, MqttVersion.MQTT_5, "other")) {
      other.subscribe("#", 1);
      for (String topic : new String[] {"secret/will", "open/will"}) {
        TestClient.connected(
                address,
                MqttVersion.MQTT_3_1_1,
                "dying",
                b -> b.willFlag(true).willTopic(topic).willMessage("w".getBytes(UTF_8)))
            .socket()
            .close();
        while (!(events.take() instanceof ConnectionEvent.Disconnected)) {
          // Another event.
        }
      }

      assertThat(other.receive()).isEqualTo("open/will=w");
    }
  }

  @Test
  void aBlockedHookHoldsUpItsOwnClientOnly() throws Exception {
    var gate = new CountDownLatch(1);
    InetSocketAddress address =
        start(b ->
            b.interceptor((_, message) -> {
              if (message.topic().text().equals("stuck")) {
                await(gate);
              }
              return PublishInterceptor.Verdict.ROUTE;
            }));
    try (var stuck = TestClient.connected(address, MqttVersion.MQTT_5, "stuck");
        var neighbours = new Neighbours(address)) {
      stuck.sendPublish("stuck", "m", 1, p -> p);
      neighbours.talk();
      gate.countDown();
      stuck.await(MqttMessageType.PUBACK);
    }
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PublishedMessage message(String topic) {
    return new PublishedMessage(new TopicName(topic), "m".getBytes(UTF_8), Qos.AT_LEAST_ONCE);
  }
}
