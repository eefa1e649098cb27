// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a client sends costs its own connection, and its neighbours go on talking.
final class HostilePacketsTest {
  private static final int MALFORMED = 0x81;
  private static final int PROTOCOL_ERROR = 0x82;
  private static final int TOPIC_NAME_INVALID = 0x90;
  private static final int PACKET_TOO_LARGE = 0x95;
  private static final int QOS_NOT_SUPPORTED = 0x9B;
  private static final int TOPIC_ALIAS_INVALID = 0x94;
  private static final int CLOSED = -1;

  private final MqttBroker broker = MqttBroker.builder().start();
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
    assertThat(broker.clients()).hasSize(2);
    neighbours.close();
    broker.close();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /// A field as MQTT writes it: its length, then itself.
  private static String text(String content) {
    byte[] bytes = content.getBytes(ISO_8859_1);
    return "%04x".formatted(bytes.length) + HexFormat.of().formatHex(bytes);
  }

  private static String packet(String header, String body) {
    return header + "%02x".formatted(body.replace(" ", "").length() / 2) + body;
  }

  static Stream<Arguments> firstPackets() {
    String connect = text("MQTT") + "04 02 003c";
    return Stream.of(
        argumentSet(
            "HTTP", HexFormat.of().formatHex("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1))),
        argumentSet("TLS", "16 0301 0005 01 000001 00"),
        argumentSet("zeros", "00 00 00 00"),
        argumentSet("all ones", "ff ff ff ff ff ff"),
        argumentSet("a PUBLISH before CONNECT", packet("30", text("a") + "78")),
        argumentSet("a PINGREQ before CONNECT", "c0 00"),
        argumentSet("a SUBSCRIBE before CONNECT", packet("82", "0001" + text("a") + "00")),
        argumentSet("a DISCONNECT before CONNECT", "e0 00"),
        argumentSet("reserved bits in the header", packet("11", connect + text("c"))),
        argumentSet(
            "the reserved connect flag", packet("10", text("MQTT") + "04 03 003c" + text("c"))),
        argumentSet(
            "a will of QoS 3",
            packet("10", text("MQTT") + "04 1e 003c" + text("c") + text("w") + text("x"))),
        argumentSet("a remaining length of 5 bytes", "10 ff ff ff ff 01"),
        argumentSet("a length that is too short", "10 0d" + connect + text("longer")),
        argumentSet("a length that is too long", packet("10", connect + text("c") + "00 00 00")),
        argumentSet("an identifier longer than its packet", packet("10", connect + "ffff 63")),
        argumentSet("an identifier that is no UTF-8", packet("10", connect + text("\u00c3\u0028"))),
        argumentSet("an identifier with U+0000", packet("10", connect + text("a\0b"))),
        argumentSet(
            "an identifier with a surrogate", packet("10", connect + text("\u00ed\u00a0\u0080"))),
        argumentSet("a CONNECT of no length", "10 00"));
  }

  @ParameterizedTest
  @MethodSource("firstPackets")
  void whatIsNoConnectEndsTheConnection(String hex) throws IOException {
    try (var client = TestClient.open(address, MqttVersion.MQTT_3_1_1)) {
      client.sendBytes(bytes(hex));

      assertThat(client.awaitEnd()).isEqualTo(CLOSED);
    }
  }

  static Stream<Arguments> refusedConnects() {
    return Stream.of(
        argumentSet("another protocol", packet("10", text("MQTX") + "04 02 003c" + text("c")), 1),
        argumentSet("MQTT 3.1", packet("10", text("MQIsdp") + "03 02 003c" + text("c")), 1),
        argumentSet("MQTT 6", packet("10", text("MQTT") + "06 02 003c" + text("c")), 1),
        argumentSet(
            "no name for a session", packet("10", text("MQTT") + "04 00 003c" + text("")), 2),
        argumentSet(
            "a will with a wildcard",
            packet(
                "10", text("MQTT") + "05 06 003c 00" + text("c") + "00" + text("w/#") + text("x")),
            TOPIC_NAME_INVALID),
        argumentSet(
            "a receive maximum of 0",
            packet("10", text("MQTT") + "05 02 003c 03 21 0000" + text("c")),
            PROTOCOL_ERROR),
        argumentSet(
            "a method of authentication",
            packet("10", text("MQTT") + "05 02 003c 04 15" + text("x") + text("c")),
            0x8C));
  }

  @ParameterizedTest
  @MethodSource("refusedConnects")
  void aConnectThatIsRefusedHearsWhy(String hex, int code) throws IOException {
    try (var client = TestClient.open(address, MqttVersion.MQTT_3_1_1)) {
      client.sendBytes(bytes(hex));

      byte[] connack = client.socket().getInputStream().readNBytes(4);
      assertThat(connack[0]).isEqualTo((byte) 0x20);
      assertThat(connack[3] & 0xFF).isEqualTo(code);
      assertThat(client.socket().getInputStream().readAllBytes().length).isLessThan(2);
    }
  }

  static Stream<Arguments> laterPackets() {
    return Stream.of(
        argumentSet("packet type 0", "00 00", MALFORMED),
        argumentSet(
            "a SUBSCRIBE with wrong flags", packet("80", "0001 00" + text("a") + "00"), MALFORMED),
        argumentSet("a PINGREQ with flags", "c1 00", MALFORMED),
        argumentSet("a PUBACK with flags", "42 02 0001", MALFORMED),
        argumentSet("a PUBLISH of QoS 3", packet("36", text("a") + "0001 00"), MALFORMED),
        argumentSet(
            "a PUBLISH of QoS 1 with packet id 0", packet("32", text("a") + "0000 00"), MALFORMED),
        argumentSet("a topic longer than its packet", packet("30", "00ff 61"), MALFORMED),
        argumentSet(
            "a topic that is no UTF-8", packet("30", text("\u00ff\u00fe") + "00"), MALFORMED),
        argumentSet("a topic with U+0000", packet("30", text("a\0") + "00"), MALFORMED),
        argumentSet(
            "a filter that is no UTF-8",
            packet("82", "0001 00" + text("\u00c0\u0080") + "00"),
            MALFORMED),
        argumentSet("a filter without options", packet("82", "0001 00" + text("a")), MALFORMED),
        argumentSet("an unfinished SUBSCRIBE", packet("82", "0001"), MALFORMED),
        argumentSet("a remaining length of 5 bytes", "30 80 80 80 80 01", MALFORMED),
        argumentSet("a PUBLISH of 200 MB", "30 80 80 80 60", PACKET_TOO_LARGE),
        argumentSet("an empty topic", packet("30", text("") + "00"), TOPIC_NAME_INVALID),
        argumentSet("a topic with a wildcard", packet("30", text("a/+") + "00"), MALFORMED),
        argumentSet("QoS 2", packet("34", text("a") + "0001 00 78"), QOS_NOT_SUPPORTED),
        argumentSet("an alias of 0", packet("30", text("a") + "03 23 0000"), TOPIC_ALIAS_INVALID),
        argumentSet(
            "an alias too high", packet("30", text("a") + "03 23 0100"), TOPIC_ALIAS_INVALID),
        argumentSet(
            "an alias without a topic", packet("30", text("") + "03 23 0001"), PROTOCOL_ERROR),
        argumentSet("no filter", packet("82", "0001 00"), PROTOCOL_ERROR),
        argumentSet(
            "a second CONNECT",
            packet("10", text("MQTT") + "05 02 003c 00" + text("twice")),
            PROTOCOL_ERROR),
        argumentSet("a CONNACK", "20 03 00 00 00", PROTOCOL_ERROR),
        argumentSet("a PINGRESP", "d0 00", PROTOCOL_ERROR));
  }

  @ParameterizedTest
  @MethodSource("laterPackets")
  void aClientThatBreaksTheProtocolHearsWhyAndIsGone(String hex, int code) throws IOException {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "hostile")) {
      client.sendBytes(bytes(hex));

      assertThat(client.awaitEnd()).isEqualTo(code);
    }
  }

  @Test
  void whatFollowsAMalformedPacketIsNotCarriedOut() throws IOException {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "hostile")) {
      var both = new ByteArrayOutputStream();
      both.write(bytes(packet("36", text("a") + "0001 00")));
      both.write(bytes(packet("31", text("neighbours/talk") + "00 78")));
      client.sendBytes(both.toByteArray());

      assertThat(client.awaitEnd()).isEqualTo(MALFORMED);
    }
    assertThat(broker.retained()).isEmpty();
  }

  @Test
  void aFilterThatIsNoneIsRefusedAndTheConnectionStays() throws IOException {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_5, "clumsy")) {
      for (String filter : new String[] {"a/#/b", "a+", "#a", "$share/x"}) {
        assertThat(client.subscribeForCodes(filter, 1)).as(filter).containsExactly(0x8F);
      }
      client.ping();
      client.disconnect();
    }
  }

  @Test
  void noiseEndsItsOwnConnectionsOnly() throws IOException {
    var random = new Random(1);
    for (int i = 0; i < 200; i++) {
      try (var client = TestClient.open(address, MqttVersion.MQTT_3_1_1)) {
        if (i % 2 == 0) {
          client.connect("noisy", b -> b);
        }
        var noise = new byte[1 + random.nextInt(300)];
        random.nextBytes(noise);
        client.sendBytes(noise);
        client.socket().shutdownOutput();

        client.awaitEnd();
      }
      if (i % 20 == 0) {
        neighbours.talk();
      }
    }
  }

  @Test
  void aPacketMayComeByteByByteAndManyAtOnce() throws IOException {
    try (var client = TestClient.connected(address, MqttVersion.MQTT_3_1_1, "odd")) {
      client.subscribe("odd", 0);
      byte[] publish = bytes(packet("30", text("odd") + "31"));
      for (byte one : publish) {
        client.sendBytes(one);
      }
      var three = new ByteArrayOutputStream();
      for (int i = 0; i < 3; i++) {
        three.write(publish);
      }
      client.sendBytes(three.toByteArray());

      for (int i = 0; i < 4; i++) {
        assertThat(client.receive()).isEqualTo("odd=1");
      }
      client.send(MqttMessageBuilders.disconnect().build());
      assertThat(client.awaitEnd()).isEqualTo(CLOSED);
    }
  }
}
