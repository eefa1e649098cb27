// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttIdentifierRejectedException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// From CONNECT to CONNACK: limits, authentication, authorization, session.
final class Handshake {
  private static final Duration NEVER = Duration.ofSeconds(0xFFFF_FFFFL);

  private final Settings settings;
  private final Sessions sessions;
  private final Connection connection;
  private final TransportDetails transport;

  Handshake(
      Settings settings, Sessions sessions, Connection connection, TransportDetails transport) {
    this.settings = settings;
    this.sessions = sessions;
    this.connection = connection;
    this.transport = transport;
  }

  void connect(MqttConnectMessage packet) {
    MqttConnectVariableHeader header = packet.variableHeader();
    Optional<Refusal> wrong = whatIsWrong(packet);
    if (wrong.isPresent()) {
      refuse(header.version(), wrong.get());
      return;
    }
    ConnectDetails details = details(packet);
    switch (settings.authenticator().authenticate(details)) {
      case Authenticator.Refused refused -> refuse(header.version(), refusal(refused));
      case Authenticator.Accepted accepted -> authorize(packet, details, accepted);
    }
  }

  private void authorize(
      MqttConnectMessage packet, ConnectDetails details, Authenticator.Accepted accepted) {
    var client =
        new Client(
            details.clientId(), accepted.principal(), settings.connectionIds().get(), details);
    if (!settings.authorizer().mayConnect(client)) {
      settings
          .events()
          .accept(new ConnectionEvent.ConnectDenied(client, settings.clock().instant()));
      refuse(details.version(), Refusal.NOT_AUTHORIZED);
      return;
    }
    open(packet, client, accepted.lifetime());
  }

  private void open(MqttConnectMessage packet, Client client, @Nullable Duration lifetime) {
    MqttProperties asked = packet.variableHeader().properties();
    Limits limits = settings.limits();
    ConnectDetails details = client.connect();
    int receive = PropertiesCodec.integer(asked, MqttProperties.RECEIVE_MAXIMUM).orElse(0xFFFF);
    int maxPacket =
        PropertiesCodec.integer(asked, MqttProperties.MAXIMUM_PACKET_SIZE)
            .orElse(Integer.MAX_VALUE);
    Duration expiry = sessionExpiry(packet.variableHeader());
    connection.watch(details.keepAlive(), lifetime);
    sessions.open(
        connection,
        details,
        opened -> {
          connection.establish(client, opened.session(), maxPacket);
          opened
              .session()
              .attach(
                  connection,
                  Packets.connack(
                      MqttConnectReturnCode.CONNECTION_ACCEPTED,
                      opened.present(),
                      properties(packet, details, expiry)),
                  Math.min(receive, limits.maxInflight()),
                  expiry);
        });
    connection.opened();
  }

  // --- What CONNECT says

  private Optional<Refusal> whatIsWrong(MqttConnectMessage packet) {
    MqttConnectVariableHeader header = packet.variableHeader();
    MqttConnectPayload payload = packet.payload();
    String id = payload.clientIdentifier();
    if (header.version() < 4) {
      return Optional.of(Refusal.VERSION);
    }
    boolean unnamedSession = id.isEmpty() && header.version() == 4 && !header.isCleanSession();
    if (unnamedSession || TopicName.bytes(id) > settings.limits().maxClientIdBytes()) {
      return Optional.of(Refusal.CLIENT_ID);
    }
    if (header.properties().getProperty(MqttProperties.AUTHENTICATION_METHOD) != null) {
      return Optional.of(Refusal.AUTHENTICATION_METHOD);
    }
    if (isZero(header, MqttProperties.RECEIVE_MAXIMUM)
        || isZero(header, MqttProperties.MAXIMUM_PACKET_SIZE)) {
      return Optional.of(Refusal.PROTOCOL);
    }
    if (header.isWillFlag() && header.willQos() > 1) {
      return Optional.of(Refusal.QOS);
    }
    if (header.isWillFlag() && !TopicName.isValid(payload.willTopic())) {
      return Optional.of(Refusal.WILL_TOPIC);
    }
    return Optional.empty();
  }

  private static boolean isZero(MqttConnectVariableHeader header, int property) {
    return PropertiesCodec.integer(header.properties(), property).filter(n -> n == 0).isPresent();
  }

  private ConnectDetails details(MqttConnectMessage packet) {
    MqttConnectVariableHeader header = packet.variableHeader();
    MqttConnectPayload payload = packet.payload();
    String id = payload.clientIdentifier();
    return new ConnectDetails(
        id.isEmpty() ? "auto-" + settings.connectionIds().get() : id,
        header.version(),
        header.hasUserName() ? payload.userName() : null,
        header.hasPassword() ? payload.passwordInBytes() : null,
        header.isCleanSession(),
        !sessionExpiry(header).isZero(),
        keepAlive(header.keepAliveTimeSeconds()),
        header.isWillFlag() ? will(header, payload) : null,
        transport);
  }

  private static ConnectDetails.LastWill will(
      MqttConnectVariableHeader header, MqttConnectPayload payload) {
    var message =
        new PublishedMessage(
            new TopicName(payload.willTopic()),
            payload.willMessageInBytes(),
            header.willQos() == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE,
            header.isWillRetain(),
            PropertiesCodec.read(payload.willProperties()));
    Duration delay =
        PropertiesCodec.seconds(payload.willProperties(), MqttProperties.WILL_DELAY_INTERVAL)
            .orElse(Duration.ZERO);
    return new ConnectDetails.LastWill(message, delay);
  }

  private Duration keepAlive(int askedSeconds) {
    Limits limits = settings.limits();
    Duration asked = Duration.ofSeconds(askedSeconds);
    if (!limits.maxKeepAlive().isZero()
        && (asked.isZero() || asked.compareTo(limits.maxKeepAlive()) > 0)) {
      return limits.maxKeepAlive();
    }
    return asked.isZero() || asked.compareTo(limits.minKeepAlive()) >= 0
        ? asked
        : limits.minKeepAlive();
  }

  private Duration sessionExpiry(MqttConnectVariableHeader header) {
    if (header.version() == 4) {
      return header.isCleanSession() ? Duration.ZERO : settings.limits().maxSessionExpiry();
    }
    return atMost(
        PropertiesCodec.seconds(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL)
            .orElse(Duration.ZERO),
        settings.limits());
  }

  static Duration atMost(Duration asked, Limits limits) {
    return asked.compareTo(limits.maxSessionExpiry()) > 0 ? limits.maxSessionExpiry() : asked;
  }

  // --- What CONNACK says

  private MqttProperties properties(
      MqttConnectMessage packet, ConnectDetails details, Duration expiry) {
    if (details.version() != 5) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttConnectVariableHeader header = packet.variableHeader();
    Limits limits = settings.limits();
    var p = new MqttProperties();
    Duration asked =
        PropertiesCodec.seconds(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL)
            .orElse(Duration.ZERO);
    if (!asked.equals(expiry)) {
      p.add(
          new IntegerProperty(
              MqttProperties.SESSION_EXPIRY_INTERVAL,
              (int) Math.min(expiry.toSeconds(), NEVER.toSeconds())));
    }
    p.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, limits.maxInflight()));
    p.add(new IntegerProperty(MqttProperties.MAXIMUM_QOS, 1));
    p.add(new IntegerProperty(MqttProperties.RETAIN_AVAILABLE, 1));
    p.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, limits.maxPacketBytes()));
    p.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, limits.maxTopicAliases()));
    p.add(new IntegerProperty(MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, 1));
    p.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
    p.add(new IntegerProperty(MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 1));
    if (details.keepAlive().toSeconds() != header.keepAliveTimeSeconds()) {
      int seconds = (int) details.keepAlive().toSeconds();
      p.add(new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, seconds));
    }
    if (packet.payload().clientIdentifier().isEmpty()) {
      p.add(new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, details.clientId()));
    }
    return p;
  }

  /// Why a CONNECT is refused, in the words of both versions. Source: MQTT 3.1.1 table 3.1, MQTT
  /// 5.0 table 3-1.
  private enum Refusal {
    VERSION(0x01, 0x84),
    CLIENT_ID(0x02, 0x85),
    UNAVAILABLE(0x03, 0x88),
    BAD_USER_NAME_OR_PASSWORD(0x04, 0x86),
    NOT_AUTHORIZED(0x05, 0x87),
    PROTOCOL(0x05, 0x82),
    AUTHENTICATION_METHOD(0x05, 0x8C),
    QOS(0x05, 0x9B),
    WILL_TOPIC(0x05, 0x90);

    private final int version4;
    private final int version5;

    Refusal(int version4, int version5) {
      this.version4 = version4;
      this.version5 = version5;
    }

    MqttConnectReturnCode code(int version) {
      return MqttConnectReturnCode.valueOf((byte) (version == 5 ? version5 : version4));
    }
  }

  private static Refusal refusal(Authenticator.Refused refused) {
    return switch (refused.why()) {
      case BAD_USER_NAME_OR_PASSWORD -> Refusal.BAD_USER_NAME_OR_PASSWORD;
      case NOT_AUTHORIZED -> Refusal.NOT_AUTHORIZED;
      case UNAVAILABLE -> Refusal.UNAVAILABLE;
    };
  }

  private void refuse(int version, Refusal why) {
    connection.writeAndClose(
        Packets.connack(why.code(version), false, MqttProperties.NO_PROPERTIES));
  }

  /// Answers a CONNECT that could not be decoded, where MQTT has an answer.
  static void refuseMalformed(Connection connection, Throwable cause) {
    if (cause instanceof MqttUnacceptableProtocolVersionException) {
      connection.writeAndClose(
          Packets.connack(Refusal.VERSION.code(4), false, MqttProperties.NO_PROPERTIES));
    } else if (cause instanceof MqttIdentifierRejectedException) {
      connection.writeAndClose(
          Packets.connack(Refusal.CLIENT_ID.code(4), false, MqttProperties.NO_PROPERTIES));
    }
  }
}
