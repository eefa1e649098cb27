// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an accepted client sends, packet by packet. Used on the connection's own thread only.
final class Inbound {
  private final Settings settings;
  private final Router router;
  private final Connection connection;
  private final Client client;
  private final Session session;
  private final Map<Integer, String> aliases = new HashMap<>();
  private volatile boolean willDiscarded;

  Inbound(Settings settings, Router router, Connection connection, Client client, Session session) {
    this.settings = settings;
    this.router = router;
    this.connection = connection;
    this.client = client;
    this.session = session;
  }

  boolean isWillDiscarded() {
    return willDiscarded;
  }

  private boolean isVersion5() {
    return client.connect().version() == 5;
  }

  void handle(MqttMessage packet) {
    switch (packet.fixedHeader().messageType()) {
      case PUBACK ->
          session.acknowledged(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) packet);
      case PINGREQ -> connection.write(MqttMessage.PINGRESP);
      case DISCONNECT -> disconnect(packet);
      case CONNECT, CONNACK, PUBLISH, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, AUTH ->
          connection.end(
              DisconnectReason.CLIENT_ERROR,
              "a client may not send " + packet.fixedHeader().messageType() + " here");
    }
  }

  // --- PUBLISH

  void publish(IncomingPublish p) {
    if (p.qos() > 1) {
      connection.end(DisconnectReason.CLIENT_ERROR, 0x9B, "QoS 2 is not supported");
      return;
    }
    Optional<String> text = topicOf(p);
    if (text.isEmpty()) {
      return;
    }
    String wrong = whatIsWrong(text.get(), p);
    if (!wrong.isEmpty()) {
      connection.end(DisconnectReason.CLIENT_ERROR, 0x90, wrong);
      return;
    }
    Qos qos = p.qos() == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE;
    var message =
        new PublishedMessage(
            new TopicName(text.get()),
            p.payload(),
            qos,
            p.retain(),
            PropertiesCodec.read(p.properties()));
    if (!settings.authorizer().mayPublish(client, message)) {
      denied(message, p.packetId());
      return;
    }
    accept(message, p.packetId());
  }

  private void accept(PublishedMessage message, int packetId) {
    var origin = new Origin.Published(client);
    if (message.qos() == Qos.AT_MOST_ONCE) {
      router.publish(origin, message);
      return;
    }
    var due = connection.acknowledgements().expect(packetId);
    boolean taken = router.publish(origin, message, () -> due.answer(Packets.SUCCESS));
    if (!taken && isVersion5()) {
      due.answer(Packets.QUOTA_EXCEEDED);
    } else if (!taken) {
      connection.end(DisconnectReason.THROTTLED, "no room for the message now");
    }
  }

  private void denied(PublishedMessage message, int packetId) {
    boolean atLeastOnce = message.qos() == Qos.AT_LEAST_ONCE;
    boolean canSay = atLeastOnce && isVersion5();
    DeniedPublish reaction = settings.deniedPublish();
    if (canSay && reaction != DeniedPublish.CLOSE) {
      connection.acknowledgements().expect(packetId).answer(Packets.NOT_AUTHORIZED);
    } else if (reaction != DeniedPublish.DISCARD) {
      connection.end(
          DisconnectReason.FORBIDDEN_ACCESS, "not allowed to publish to " + message.topic());
    } else if (atLeastOnce) {
      connection.acknowledgements().expect(packetId).answer(Packets.SUCCESS);
    }
  }

  /// The topic name, by alias if it comes so; empty if the connection had to end.
  private Optional<String> topicOf(IncomingPublish p) {
    Optional<Integer> alias = PropertiesCodec.integer(p.properties(), MqttProperties.TOPIC_ALIAS);
    if (alias.isEmpty()) {
      return Optional.of(p.topic());
    }
    if (alias.get() < 1 || alias.get() > settings.limits().maxTopicAliases()) {
      connection.end(DisconnectReason.CLIENT_ERROR, 0x94, "topic alias out of range");
      return Optional.empty();
    }
    if (!p.topic().isEmpty()) {
      aliases.put(alias.get(), p.topic());
      return Optional.of(p.topic());
    }
    Optional<String> known = Optional.ofNullable(aliases.get(alias.get()));
    if (known.isEmpty()) {
      connection.end(DisconnectReason.CLIENT_ERROR, 0x82, "unknown topic alias");
    }
    return known;
  }

  private String whatIsWrong(String topic, IncomingPublish p) {
    Limits limits = settings.limits();
    if (!TopicName.isValid(topic)) {
      return "not a topic name: \"" + topic + "\"";
    }
    if (p.payload().length > limits.maxPayloadBytes()) {
      return "a payload has at most " + limits.maxPayloadBytes() + " bytes";
    }
    return TopicSize.whatIsWrong(topic, limits);
  }

  // --- SUBSCRIBE, UNSUBSCRIBE

  private void subscribe(MqttSubscribeMessage packet) {
    List<MqttTopicSubscription> asked = packet.payload().topicSubscriptions();
    if (asked.isEmpty() || asked.size() > settings.limits().maxFiltersPerSubscribe()) {
      int most = settings.limits().maxFiltersPerSubscribe();
      connection.end(DisconnectReason.CLIENT_ERROR, "SUBSCRIBE takes 1 to " + most + " filters");
      return;
    }
    MqttProperties properties = packet.idAndPropertiesVariableHeader().properties();
    if (properties.getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null) {
      connection.end(DisconnectReason.CLIENT_ERROR, 0xA1, "no subscription identifiers here");
      return;
    }
    var codes = new ArrayList<Integer>();
    var withRetained = new ArrayList<Subscription>();
    var accepted = new ArrayList<TopicFilter>();
    for (MqttTopicSubscription one : asked) {
      codes.add(subscribe(one, accepted, withRetained));
    }
    connection.write(Packets.suback(packet.variableHeader().messageId(), codes));
    withRetained.forEach(router::deliverRetained);
    if (!accepted.isEmpty()) {
      settings
          .events()
          .accept(new ConnectionEvent.Subscribed(client, settings.clock().instant(), accepted));
    }
  }

  private int subscribe(
      MqttTopicSubscription asked, List<TopicFilter> accepted, List<Subscription> withRetained) {
    String text = asked.topicFilter();
    if (!TopicFilter.isValid(text) || !TopicSize.isWithin(text, settings.limits())) {
      return failure(Packets.TOPIC_FILTER_INVALID);
    }
    var filter = new TopicFilter(text);
    boolean known = session.has(filter);
    if (!known && session.subscriptions().size() >= settings.limits().maxSubscriptions()) {
      return failure(Packets.QUOTA_EXCEEDED);
    }
    if (!settings.authorizer().maySubscribe(client, filter)) {
      return failure(Packets.NOT_AUTHORIZED);
    }
    Qos qos = asked.qualityOfService().value() == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE;
    var subscription =
        new Subscription(
            session, filter, qos, asked.option().isNoLocal(), asked.option().isRetainAsPublished());
    session.remember(subscription);
    router.subscribe(subscription);
    accepted.add(filter);
    RetainedHandlingPolicy policy = asked.option().retainHandling();
    if (policy == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE
        || (policy == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS && !known)) {
      withRetained.add(subscription);
    }
    return qos.level();
  }

  private int failure(int code) {
    return isVersion5() ? code : Packets.UNSPECIFIED;
  }

  private void unsubscribe(MqttUnsubscribeMessage packet) {
    var codes = new ArrayList<Short>();
    var gone = new ArrayList<TopicFilter>();
    for (String text : packet.payload().topics()) {
      boolean known = TopicFilter.isValid(text) && session.forget(new TopicFilter(text));
      if (known) {
        var filter = new TopicFilter(text);
        router.unsubscribe(session, filter);
        gone.add(filter);
      }
      codes.add((short) (known ? Packets.SUCCESS : NO_SUBSCRIPTION));
    }
    connection.write(Packets.unsuback(packet.variableHeader().messageId(), codes));
    if (!gone.isEmpty()) {
      settings
          .events()
          .accept(new ConnectionEvent.Unsubscribed(client, settings.clock().instant(), gone));
    }
  }

  private static final int NO_SUBSCRIPTION = 0x11;

  // --- DISCONNECT

  private void disconnect(MqttMessage packet) {
    if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      Optional<Duration> expiry =
          PropertiesCodec.seconds(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
      if (expiry.isPresent() && session.expiry().isZero() && !expiry.get().isZero()) {
        connection.end(
            DisconnectReason.CLIENT_ERROR, 0x82, "a session expiry of 0 cannot be raised");
        return;
      }
      expiry.ifPresent(e -> session.setExpiry(Handshake.atMost(e, settings.limits())));
      willDiscarded = header.reasonCode() != WITH_WILL;
    } else {
      willDiscarded = true;
    }
    connection.end(DisconnectReason.CLIENT_INITIATED, "");
  }

  private static final int WITH_WILL = 0x04;
}
