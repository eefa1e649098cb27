// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A client on a blocking socket that does what a test says, and nothing by itself.
final class MqttSocket implements AutoCloseable {
  private final Socket socket;
  private final MqttVersion version;
  private final EmbeddedChannel codec =
      new EmbeddedChannel(new MqttDecoder(1 << 20), MqttEncoder.INSTANCE);
  private final List<MqttMessage> passedOver = new ArrayList<>();
  private int lastId;

  MqttSocket(Socket socket, MqttVersion version) throws IOException {
    this.socket = socket;
    this.version = version;
    socket.setSoTimeout(5_000);
  }

  /// What a device shows and trusts, from texts in PEM form.
  static SSLContext tls(String certificate, String privateKey, String authority)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", Pem.certificate(authority));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "device",
        Pem.privateKey(privateKey),
        new char[0],
        new X509Certificate[] {Pem.certificate(certificate)});
    var key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    key.init(keys, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  static MqttSocket open(InetSocketAddress address, MqttVersion version) throws IOException {
    return new MqttSocket(new Socket(address.getAddress(), address.getPort()), version);
  }

  static MqttSocket connected(InetSocketAddress address, MqttVersion version, String id)
      throws IOException {
    return connected(address, version, id, b -> b.cleanSession(true));
  }

  static MqttSocket connected(
      InetSocketAddress address,
      MqttVersion version,
      String id,
      UnaryOperator<MqttMessageBuilders.ConnectBuilder> how)
      throws IOException {
    MqttSocket client = open(address, version);
    int code = client.connect(id, how).variableHeader().connectReturnCode().byteValue();
    if (code != 0) {
      throw new IOException("refused with code " + (code & 0xFF));
    }
    return client;
  }

  MqttConnAckMessage connect(String id, UnaryOperator<MqttMessageBuilders.ConnectBuilder> how)
      throws IOException {
    send(
        how.apply(
                MqttMessageBuilders.connect()
                    .protocolVersion(version)
                    .clientId(id)
                    .keepAlive(60)
                    .cleanSession(true))
            .build());
    return (MqttConnAckMessage) await(MqttMessageType.CONNACK);
  }

  void send(MqttMessage packet) throws IOException {
    codec.writeOutbound(packet);
    for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
      var copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy).release();
      sendBytes(copy);
    }
  }

  void sendBytes(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// The next packet, or null at the end of the connection.
  @Nullable MqttMessage next() throws IOException {
    while (true) {
      MqttMessage packet = codec.readInbound();
      if (packet != null) {
        return packet;
      }
      var buffer = new byte[8192];
      int n = read(buffer);
      if (n < 0) {
        return null;
      }
      codec.writeInbound(Unpooled.wrappedBuffer(buffer, 0, n));
    }
  }

  private int read(byte[] buffer) throws IOException {
    try {
      return socket.getInputStream().read(buffer);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException reset) {
      return -1;
    }
  }

  /// The next packet of this type; others that come before are kept for later.
  MqttMessage await(MqttMessageType type) throws IOException {
    for (MqttMessage early : passedOver) {
      if (early.fixedHeader().messageType() == type) {
        passedOver.remove(early);
        return early;
      }
    }
    MqttMessage packet = next();
    while (packet != null && packet.fixedHeader().messageType() != type) {
      passedOver.add(packet);
      packet = next();
    }
    if (packet == null) {
      throw new AssertionError("expected " + type + ", but the connection was closed");
    }
    return packet;
  }

  void subscribe(String filter, int qos) throws IOException {
    List<Integer> codes = subscribeForCodes(filter, qos);
    if (codes.getFirst() != qos) {
      throw new AssertionError("SUBACK says " + codes);
    }
  }

  List<Integer> subscribeForCodes(String filter, int qos) throws IOException {
    send(
        MqttMessageBuilders.subscribe()
            .messageId(++lastId)
            .addSubscription(MqttQoS.valueOf(qos), filter)
            .build());
    return ((MqttSubAckMessage) await(MqttMessageType.SUBACK)).payload().reasonCodes();
  }

  int publish(String topic, String payload, int qos) throws IOException {
    return publish(topic, payload, qos, b -> b);
  }

  /// The reason code of PUBACK, or 0 at QoS 0.
  int publish(
      String topic, String payload, int qos, UnaryOperator<MqttMessageBuilders.PublishBuilder> how)
      throws IOException {
    sendPublish(topic, payload, qos, how);
    if (qos == 0) {
      return 0;
    }
    Object header = await(MqttMessageType.PUBACK).variableHeader();
    return header instanceof MqttPubReplyMessageVariableHeader reply
        ? reply.reasonCode() & 0xFF
        : 0;
  }

  void sendPublish(
      String topic, String payload, int qos, UnaryOperator<MqttMessageBuilders.PublishBuilder> how)
      throws IOException {
    send(
        how.apply(
                MqttMessageBuilders.publish()
                    .messageId(++lastId)
                    .topicName(topic)
                    .qos(MqttQoS.valueOf(qos))
                    .payload(Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8)))
            .build());
  }

  /// The next message, acknowledged: {@code topic=payload}.
  String receive() throws IOException {
    return text(receivePublish());
  }

  MqttPublishMessage receivePublish() throws IOException {
    MqttPublishMessage message = receiveUnacknowledged();
    if (message.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
      send(
          MqttMessageBuilders.pubAck()
              .packetId(message.variableHeader().packetId())
              .reasonCode((byte) 0)
              .properties(MqttProperties.NO_PROPERTIES)
              .build());
    }
    return message;
  }

  MqttPublishMessage receiveUnacknowledged() throws IOException {
    return (MqttPublishMessage) await(MqttMessageType.PUBLISH);
  }

  static String text(MqttPublishMessage message) {
    return message.variableHeader().topicName()
        + "="
        + message.payload().toString(StandardCharsets.UTF_8);
  }

  void ping() throws IOException {
    send(MqttMessage.PINGREQ);
    await(MqttMessageType.PINGRESP);
  }

  /// The broker's last word: the reason code of its DISCONNECT, or -1 if it just closed.
  int awaitEnd() throws IOException {
    int code = -1;
    for (MqttMessage packet = next(); packet != null; packet = next()) {
      if (packet.fixedHeader().messageType() == MqttMessageType.DISCONNECT) {
        code = ((MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader()).reasonCode();
        code &= 0xFF;
      }
    }
    return code;
  }

  void disconnect() throws IOException {
    send(MqttMessageBuilders.disconnect().build());
    awaitEnd();
  }

  int unsubscribe(String filter) throws IOException {
    send(MqttMessageBuilders.unsubscribe().messageId(++lastId).addTopicFilter(filter).build());
    return ((MqttMessageIdVariableHeader) await(MqttMessageType.UNSUBACK).variableHeader())
        .messageId();
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    codec.finishAndReleaseAll();
  }
}
