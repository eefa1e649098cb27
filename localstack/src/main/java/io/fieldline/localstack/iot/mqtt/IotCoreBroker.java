// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.endpoint.RawConnections;
import io.fieldline.localstack.iot.rules.Settlement;
import io.fieldline.localstack.ways.Step;
import io.fieldline.mqtt.Client;
import io.fieldline.mqtt.ConnectionEvent;
import io.fieldline.mqtt.DisconnectReason;
import io.fieldline.mqtt.MessageProperties;
import io.fieldline.mqtt.MqttBroker;
import io.fieldline.mqtt.Origin;
import io.fieldline.mqtt.PublishInterceptor.Verdict;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.Qos;
import io.fieldline.mqtt.Retained;
import io.fieldline.mqtt.TopicName;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// The broker of the stack: mqtt-broker with AWS IoT's authentication, policies, reserved topics
/// and events.
public final class IotCoreBroker implements RawConnections, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(IotCoreBroker.class.getName());
  private static final ScopedValue<String> PUBLISHER = ScopedValue.newInstance();
  private static final ScopedValue<AcceptedMessage> AGAIN = ScopedValue.newInstance();

  private final MqttBroker broker;
  private final MqttMessages messages;
  private final ReservedRequests requests;
  private final Executor onceDurable;
  private final PublishSteps steps;
  private final PolicyAuthorizer authorizer;
  private final Presence presence;
  private final ExecutorService events =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("iot-events").factory());

  /// @param onceDurable runs what is to be told when what came before it is kept
  IotCoreBroker(
      IotAuthenticator authenticator,
      PolicyAuthorizer authorizer,
      MqttMessages messages,
      ReservedRequests requests,
      Executor onceDurable,
      PublishSteps steps,
      Clock clock,
      Supplier<String> ids) {
    this.messages = messages;
    this.requests = requests;
    this.onceDurable = onceDurable;
    this.steps = steps;
    this.authorizer = authorizer;
    this.presence = new Presence(this::publishOwn);
    this.broker =
        MqttBroker.builder()
            .asAwsIot()
            .authenticator(authenticator)
            .authorizer(authorizer)
            .interceptor(this::settling)
            .onEvent(this::happened)
            .clock(clock)
            .connectionIds(ids)
            .start();
  }

  /// Listens for devices with mutual TLS; the answer is the port.
  public int listen(InetSocketAddress address, SslContext tls) throws IOException {
    return broker.listenTls(address, tls).getPort();
  }

  @Override
  public void mqtt(Channel channel) {
    broker.attach(channel.pipeline(), MqttBroker.details(channel));
  }

  @Override
  public boolean webSocket(ChannelHandlerContext context, HttpRequest upgrade) {
    String path = upgrade.uri().split("\\?", 2)[0];
    if (!path.equals("/mqtt")) {
      return false;
    }
    broker.upgrade(context.pipeline(), upgrade);
    return true;
  }

  private void happened(ConnectionEvent event) {
    if (event instanceof ConnectionEvent.Disconnected gone) {
      authorizer.forget(gone.client());
    }
    events.execute(() -> presence.on(event));
  }

  /// The publisher is acknowledged when all that the message caused is done and kept.
  private Verdict settling(Origin origin, PublishedMessage message, Runnable settled) {
    AcceptedMessage accepted = accepted(origin, message);
    Step step = steps.begin(accepted, this::again);
    origin.client().flatMap(authorizer::lastPublish).ifPresent(step::decided);
    var settlement =
        Settlement.begin(
            () -> {
              settled.run();
              step.done();
            },
            onceDurable);
    var verdict = Verdict.REFUSED;
    try {
      verdict = step.run(() -> settlement.during(() -> intercept(origin, accepted, settlement)));
      return verdict;
    } finally {
      if (verdict == Verdict.REFUSED) {
        step.failed("no room for the message in the queue of a rule");
      }
      settlement.end(verdict != Verdict.REFUSED);
    }
  }

  private Verdict intercept(Origin origin, AcceptedMessage accepted, Settlement settlement) {
    PublishedMessage message = accepted.message();
    String topic = message.topic().text();
    if (!messages.accepted(accepted, settlement)) {
      return Verdict.REFUSED;
    }
    if (ReservedTopics.isBasicIngest(topic)) {
      return Verdict.CONSUMED;
    }
    if (ReservedTopics.isNotOffered(topic)) {
      LOG.log(System.Logger.Level.WARNING, "nobody answers here topic={0}", topic);
    }
    // Source: AWS IoT Core Developer Guide, "Device Shadow MQTT topics": a last will on an update
    // topic does not touch the shadow.
    boolean request = topic.startsWith("$aws/") && !(origin instanceof Origin.LastWill);
    return request && requests.take(request(origin, message)) ? Verdict.CONSUMED : Verdict.ROUTE;
  }

  private static ReservedRequest request(Origin origin, PublishedMessage message) {
    Optional<Client> client = origin.client();
    return new ReservedRequest(
        message.topic().text(),
        message.payload(),
        client.map(Client::clientId),
        client.flatMap(c ->
            c.principal() instanceof MqttPrincipal.ByCertificate(String id, _, _)
                ? Optional.of(id)
                : Optional.empty()));
  }

  @SuppressWarnings("ReferenceEquality") // this very message, not one like it
  private static AcceptedMessage accepted(Origin origin, PublishedMessage message) {
    if (AGAIN.isBound() && AGAIN.get().message() == message) {
      return AGAIN.get();
    }
    Optional<Client> client = origin.client();
    return new AcceptedMessage(
        message,
        client.map(Client::clientId),
        client
            .map(c -> ((MqttPrincipal) c.principal()).identifier())
            .or(() -> PUBLISHER.isBound() ? Optional.of(PUBLISHER.get()) : Optional.empty()),
        client
            .map(c -> c.connect().transport().remote().getAddress())
            .map(address -> address.getHostAddress()));
  }

  /// Whether a topic takes messages of whoever is allowed to publish to it.
  public static boolean mayPublish(String topic, boolean retain) {
    return ReservedTopics.mayPublish(topic) && (!retain || ReservedTopics.mayRetain(topic));
  }

  /// Publishes for somebody who was allowed to over HTTP. False where there is no room for it; else
  /// `settled` runs when all that the message caused is done and kept.
  public boolean publishFor(String principal, PublishedMessage message, Runnable settled) {
    return ScopedValue.where(PUBLISHER, principal).call(() -> broker.publish(message, settled));
  }

  /// Publishes a message once more, as from whom it came. Nobody's policy is asked: it is the
  /// stack's owner who wants it. False where there is no room for it.
  private boolean again(AcceptedMessage original) {
    return ScopedValue.where(AGAIN, original).call(() -> broker.publish(original.message()));
  }

  /// Publishes on the stack's own behalf: events, answers of the shadow service.
  public void publishOwn(String topic, byte[] payload) {
    broker.publish(
        new PublishedMessage(
            new TopicName(topic), payload, Qos.AT_LEAST_ONCE, false, MessageProperties.NONE));
  }

  /// Answers the client that asked, and nobody else, where it has subscribed to the answer.
  public void answerSubscriber(String clientId, String topic, byte[] payload) {
    var name = new TopicName(topic);
    if (broker.subscriptions(clientId).stream().anyMatch(f -> f.matches(name))) {
      answer(clientId, topic, payload);
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "answer not sent, not subscribed client={0} topic={1}",
          clientId,
          topic);
    }
  }

  /// Answers the client that asked, and nobody else, subscribed or not.
  public void answer(String clientId, String topic, byte[] payload) {
    broker.send(
        clientId,
        new PublishedMessage(
            new TopicName(topic), payload, Qos.AT_LEAST_ONCE, false, MessageProperties.NONE));
  }

  public Optional<Retained> retained(TopicName topic) {
    return broker.retained(topic);
  }

  public List<Retained> retained() {
    return broker.retained();
  }

  /// Ends a client's connection. False where it has none.
  public boolean disconnect(String clientId) {
    return broker.disconnect(clientId, DisconnectReason.ADMINISTRATIVE, "by API");
  }

  /// Ends the connections that showed a certificate which is no longer active.
  public void disconnectCertificate(String certificateId) {
    for (Client client : broker.clients()) {
      if (client.principal() instanceof MqttPrincipal.ByCertificate(String id, _, _)
          && id.equals(certificateId)) {
        broker.disconnect(
            client.clientId(), DisconnectReason.SERVER_INITIATED, "certificate not active");
      }
    }
  }

  @Override
  public void close() {
    broker.close();
    events.close();
  }
}
