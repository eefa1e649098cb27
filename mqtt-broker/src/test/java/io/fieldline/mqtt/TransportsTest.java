// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The ways to the broker: TLS with certificates, and WebSocket.
@Timeout(20)
final class TransportsTest {
  private final Certificates authority;
  private final Certificates.Issued server;
  private final MqttBroker broker =
      MqttBroker.builder().authenticator(TransportsTest::byTransport).start();
  private InetSocketAddress plain = new InetSocketAddress(0);
  private InetSocketAddress tls = new InetSocketAddress(0);
  private InetSocketAddress webSocket = new InetSocketAddress(0);
  private Neighbours neighbours;

  TransportsTest() throws GeneralSecurityException {
    authority = Certificates.create("authority");
    server = authority.issue("server");
  }

  /// The principal tells what the transport told.
  private static Authenticator.Result byTransport(ConnectDetails connect) {
    TransportDetails transport = connect.transport();
    if (transport.upgrade() != null) {
      return new Authenticator.Accepted(
          transport.upgrade().uri() + " " + transport.upgrade().headers().get("x-token"));
    }
    return new Authenticator.Accepted(
        transport.certificates().isEmpty()
            ? "plain"
            : transport.certificates().getFirst().getSubjectX500Principal().getName());
  }

  @BeforeEach
  void listen() throws IOException {
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SslContext context =
        SslContextBuilder.forServer(server.keys().getPrivate(), server.chain())
            .trustManager(authority.certificate())
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    plain = broker.listen(free);
    tls = broker.listenTls(free, context);
    webSocket = broker.listenWebSocket(free);
    neighbours = new Neighbours(plain);
  }

  @AfterEach
  void close() throws IOException {
    neighbours.talk();
    neighbours.close();
    broker.close();
  }

  private SSLSocket open(SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket(tls.getAddress(), tls.getPort());
  }

  private Object principal(String clientId) {
    return broker.client(clientId).orElseThrow().principal();
  }

  @Test
  void aClientIsKnownByItsCertificate() throws Exception {
    SSLContext context = authority.client(authority.issue("gateway"));
    try (var client = new TestClient(open(context), MqttVersion.MQTT_5);
        var other = TestClient.connected(plain, MqttVersion.MQTT_5, "other")) {
      client.connect("c", b -> b);
      client.subscribe("t", 1);
      other.publish("t", "over TLS", 1);

      assertThat(client.receive()).isEqualTo("t=over TLS");
      assertThat(principal("c")).isEqualTo("CN=gateway");
    }
  }

  @Test
  void whoHasNoCertificateOrAStrangersIsNotLetIn() throws Exception {
    var stranger = Certificates.create("stranger").issue("gateway");
    for (var certificate : Arrays.asList(null, stranger)) {
      SSLContext context = authority.client(certificate);
      assertThatThrownBy(
              () -> {
                try (var client = new TestClient(open(context), MqttVersion.MQTT_5)) {
                  client.connect("c", b -> b);
                }
              })
          .isInstanceOfAny(IOException.class, AssertionError.class);
    }
    assertThat(broker.client("c")).isEmpty();
  }

  @Test
  void whoSpeaksNoTlsIsClosed() throws Exception {
    try (var client = TestClient.open(tls, MqttVersion.MQTT_3_1_1)) {
      client.sendBytes((byte) 0x10, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);

      assertThat(client.socket().getInputStream().readAllBytes().length).isLessThan(16);
    }
  }

  @Test
  void aMessageOverTlsMayBeLarge() throws Exception {
    SSLContext context = authority.client(authority.issue("gateway"));
    try (var client = new TestClient(open(context), MqttVersion.MQTT_5)) {
      client.connect("c", b -> b);
      client.subscribe("large", 1);
      String text = "0123456789".repeat(80_000);

      client.publish("large", text, 1);

      assertThat(client.receive()).isEqualTo("large=" + text);
    }
  }

  private TestClient overWebSocket(String id) throws IOException {
    var client =
        new TestClient(new WebSocketClient(webSocket, "/mqtt?q=1", "mqtt"), MqttVersion.MQTT_5);
    client.connect(id, b -> b);
    return client;
  }

  @Test
  void aBrowserSpeaksMqttInFrames() throws Exception {
    try (var browser = overWebSocket("browser");
        var other = TestClient.connected(plain, MqttVersion.MQTT_5, "other")) {
      browser.subscribe("t", 1);
      other.publish("t", "in a frame", 1);

      assertThat(browser.receive()).isEqualTo("t=in a frame");
      assertThat(principal("browser")).isEqualTo("/mqtt?q=1 [secret]");
    }
  }

  @Test
  void aPacketMayBeCutIntoFragments() throws Exception {
    try (var browser = overWebSocket("browser")) {
      var socket = (WebSocketClient) browser.socket();
      byte[] ping = {(byte) 0xC0, 0};

      socket.send(WebSocketClient.BINARY, false, Arrays.copyOf(ping, 1));
      socket.send(WebSocketClient.PING, true, "still there".getBytes(US_ASCII));
      socket.send(0, true, Arrays.copyOfRange(ping, 1, 2));

      assertThat(List.of(new String(socket.receive(), US_ASCII), socket.lastOpcode()))
          .isEqualTo(List.of("still there", WebSocketClient.PONG));
      assertThat(socket.receive()).containsExactly(0xD0, 0);
    }
  }

  @Test
  void aTextFrameEndsTheConnection() throws Exception {
    try (var browser = overWebSocket("browser")) {
      var socket = (WebSocketClient) browser.socket();

      socket.send(WebSocketClient.TEXT, true, "hello".getBytes(US_ASCII));

      assertThat(browser.awaitEnd()).isEqualTo(-1);
    }
  }

  @Test
  void aMalformedPacketInAFrameEndsTheConnection() throws Exception {
    try (var browser = overWebSocket("browser")) {
      browser.sendBytes((byte) 0, (byte) 0);

      assertThat(browser.awaitEnd()).isEqualTo(0x81);
    }
  }

  @Test
  void anotherPathIsNotFoundAndAnOrdinaryRequestIsRefused() throws Exception {
    assertThatThrownBy(() -> new WebSocketClient(webSocket, "/elsewhere", "mqtt"))
        .hasMessage("HTTP/1.1 404 Not Found");
    try (var socket = new Socket(webSocket.getAddress(), webSocket.getPort())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write("GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 400 Bad Request");
    }
  }

  @Test
  void whoNeverAsksForTheUpgradeIsClosed() throws Exception {
    try (var impatient =
            MqttBroker.builder()
                .limits(StandardLimits.withConnectTimeout(Duration.ofMillis(300)))
                .start();
        var socket = silent(impatient)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static Socket silent(MqttBroker broker) throws IOException {
    var address =
        broker.listenWebSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    var socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(5_000);
    return socket;
  }
}
