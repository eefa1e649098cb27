// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.health.Metrics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.io.ExponentialBackoffRetryOptions.JitterMode;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ClientOfflineQueueBehavior;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ClientSessionBehavior;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ExtendedValidationAndFlowControlOptions;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishResult;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket;
import software.amazon.awssdk.crt.mqtt5.packets.DisconnectPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubAckPacket;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket;
import software.amazon.awssdk.crt.mqtt5.packets.UnsubscribePacket;
import software.amazon.awssdk.iot.AwsIotMqtt5ClientBuilder;

/// MQTT 5 over mutual TLS by the AWS IoT Device SDK.
///
/// Whatever is not acknowledged when the session ends fails at once (FAIL_ALL_ON_DISCONNECT): the
/// spool owns the backlog, not the client's memory. Sessions are clean, because what was missed is
/// read from the shadow. Incoming messages go to a bounded queue; what finds it full is dropped and
/// counted.
public final class IotCoreConnection implements CloudConnection {
  private static final Logger LOG = System.getLogger(IotCoreConnection.class.getName());
  private static final Duration STOP_WITHIN = Duration.ofSeconds(3);

  /// Said of an end that we wanted: nothing is wrong then.
  private static final String AS_ASKED = "AWS_ERROR_MQTT5_USER_REQUESTED_STOP";

  /// A link so slow that an acknowledgement takes minutes is still one; [AckWatch] finds those that
  /// are none.
  private static final Duration LONGEST_ACK = Duration.ofMinutes(5);

  /// So long a session was a good one: the next outage begins with the shortest pause again.
  private static final Duration STEADY_SESSION = Duration.ofSeconds(30);

  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

  private final Clock clock;
  private final LinkState state;
  private final List<String> filters;
  private final Set<String> held;
  private final BlockingQueue<CloudMessage> inbox;
  private final Metrics metrics;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Optional<Mqtt5Client> client;
  private volatile long readySession;
  private final AckWatch acks;
  private final Duration connectDelay;
  private volatile boolean failureLogged;
  private volatile boolean restarting;
  private volatile boolean closing;

  /// Starts connecting, and goes on until closed.
  ///
  /// @param filters what is subscribed to in every session
  /// @param inbox where messages go
  public IotCoreConnection(
      AgentConfig.Cloud cloud,
      String thing,
      List<String> filters,
      BlockingQueue<CloudMessage> inbox,
      Clock clock,
      Metrics metrics) {
    this.clock = clock;
    this.state = new LinkState(clock.instant());
    this.filters = List.copyOf(filters);
    this.held = new CopyOnWriteArraySet<>(filters);
    this.inbox = inbox;
    this.metrics = metrics;
    this.acks = new AckWatch(shorter(LONGEST_SILENCE, cloud.keepAlive()));
    this.connectDelay = spread(thing, cloud.connectSpread());
    this.client = client(cloud, thing);
    // Else the library tells nothing more once the JVM begins to end, when this is closed.
    CRT.acquireShutdownRef();
    if (connectDelay.isZero()) {
      start();
    }
  }

  /// Empty where the token with the key is not there: then there is no connection, and everything
  /// else goes on.
  private Optional<Mqtt5Client> client(AgentConfig.Cloud cloud, String thing) {
    try (AwsIotMqtt5ClientBuilder builder = ClientIdentity.mqtt(cloud)) {
      cloud.ca().ifPresent(ca -> builder.withCertificateAuthorityFromPath(null, ca.toString()));
      var connect = new ConnectPacket.ConnectPacketBuilder();
      connect.withClientId(thing);
      connect.withKeepAliveIntervalSeconds(cloud.keepAlive().toSeconds());
      builder
          .withPort((long) cloud.port())
          .withConnectProperties(connect)
          .withSessionBehavior(ClientSessionBehavior.CLEAN)
          .withOfflineQueueBehavior(ClientOfflineQueueBehavior.FAIL_ALL_ON_DISCONNECT)
          .withRetryJitterMode(JitterMode.Full)
          .withMinReconnectDelayMs(cloud.minBackoff().toMillis())
          .withMaxReconnectDelayMs(cloud.maxBackoff().toMillis())
          .withMinConnectedTimeToResetReconnectDelayMs(
              shorter(STEADY_SESSION, cloud.maxBackoff()).toMillis())
          .withConnackTimeoutMs(10_000L)
          .withPingTimeoutMs(Math.min(10_000L, cloud.keepAlive().toMillis() / 2))
          .withAckTimeoutSeconds(LONGEST_ACK.toSeconds())
          .withExtendedValidationAndFlowControlOptions(flowControl(cloud.limit()))
          .withLifeCycleEvents(new Lifecycle())
          .withPublishEvents((_, received) -> receive(received.getPublishPacket()));
      cloud.proxy().ifPresent(proxy -> builder.withHttpProxyOptions(Proxies.tunnel(proxy)));
      return Optional.of(builder.build());
    } catch (CrtRuntimeException e) {
      if (cloud.key() instanceof KeyPlace.InFile) {
        throw e;
      }
      state.failed(LinkTrouble.of(clock.instant(), e.errorName, ""));
      return Optional.empty();
    }
  }

  private void start() {
    client.ifPresent(Mqtt5Client::start);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /// The same part of the time at each start, another one for each thing.
  private static Duration spread(String thing, Duration over) {
    var hash = new CRC32();
    hash.update(thing.getBytes(StandardCharsets.UTF_8));
    return over.multipliedBy(hash.getValue()).dividedBy(1L << 32);
  }

  /// Starts connecting once its turn in the fleet has come, if there is one to wait for.
  public void startInTurn() throws InterruptedException {
    if (!connectDelay.isZero()) {
      LOG.log(Level.INFO, "connects in its turn of the fleet: inMs={0}", connectDelay.toMillis());
      Thread.sleep(connectDelay);
      start();
    }
  }

  /// Makes the connection anew if it carries nothing any more.
  public synchronized void watch() {
    if (state.isConnected() && !closing && !restarting && acks.isSilent(System.nanoTime())) {
      metrics.add("fieldline_silent_connections_total", 1);
      LOG.log(Level.WARNING, "connection carries nothing, it is made anew");
      restarting = true;
      client.ifPresent(Mqtt5Client::stop);
    }
  }

  private synchronized void startAgain() {
    if (restarting && !closing) {
      restarting = false;
      start();
    }
  }

  private static ExtendedValidationAndFlowControlOptions flowControl(
      AgentConfig.PublishLimit limit) {
    return switch (limit) {
      case AWS -> ExtendedValidationAndFlowControlOptions.AWS_IOT_CORE_DEFAULTS;
      case NONE -> ExtendedValidationAndFlowControlOptions.NONE;
    };
  }

  private void receive(PublishPacket packet) {
    acks.heard(System.nanoTime());
    byte[] payload = packet.getPayload() == null ? new byte[0] : packet.getPayload();
    if (!inbox.offer(new CloudMessage(packet.getTopic(), payload))) {
      metrics.add("fieldline_cloud_messages_dropped_total", 1);
    }
  }

  @Override
  public void publish(
      String topic, byte[] payload, Delivery delivery, Consumer<Published> outcome) {
    QOS qos = delivery == Delivery.AT_LEAST_ONCE ? QOS.AT_LEAST_ONCE : QOS.AT_MOST_ONCE;
    var packet = new PublishPacket.PublishPacketBuilder(topic, qos, payload).build();
    long sent = acks.began(System.nanoTime());
    CompletableFuture<PublishResult> answer;
    try {
      answer =
          client
              .map(present -> present.publish(packet))
              .orElseGet(() -> CompletableFuture.failedFuture(noToken()));
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    answer.whenComplete((result, failure) -> {
      acks.ended(sent);
      if (failure == null) {
        acks.heard(System.nanoTime());
      }
      outcome.accept(published(result, failure));
    });
  }

  private static IllegalStateException noToken() {
    return new IllegalStateException("there is no token with the key");
  }

  private CompletableFuture<SubAckPacket> subscription(SubscribePacket packet) {
    return client
        .map(present -> present.subscribe(packet))
        .orElseGet(() -> CompletableFuture.failedFuture(noToken()));
  }

  private static Published published(@Nullable PublishResult result, @Nullable Throwable failure) {
    if (failure != null || result == null) {
      return Published.UNKNOWN;
    }
    PubAckPacket ack = result.getResultPubAck();
    if (ack == null || ack.getReasonCode().getValue() < 0x80) {
      return Published.ACKNOWLEDGED;
    }
    // Quota and "unspecified" are of the moment; the others are about this message.
    return switch (ack.getReasonCode()) {
      case QUOTA_EXCEEDED, UNSPECIFIED_ERROR, PACKET_IDENTIFIER_IN_USE -> Published.UNKNOWN;
      case SUCCESS,
          NO_MATCHING_SUBSCRIBERS,
          IMPLEMENTATION_SPECIFIC_ERROR,
          NOT_AUTHORIZED,
          TOPIC_NAME_INVALID,
          PAYLOAD_FORMAT_INVALID ->
          Published.REFUSED;
    };
  }

  @Override
  public LinkState state() {
    return state;
  }

  @Override
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    long session = state.session();
    if (readySession == session && state.isConnected()) {
      return true;
    }
    var subscribe = new SubscribePacket.SubscribePacketBuilder();
    filters.forEach(filter -> subscribe.withSubscription(filter, QOS.AT_LEAST_ONCE));
    var done = new CountDownLatch(1);
    subscription(subscribe.build())
        .whenComplete((ack, failure) -> {
          if (failure == null && takesAll(ack)) {
            readySession = session;
          }
          done.countDown();
        });
    return done.await(atMost.toMillis(), TimeUnit.MILLISECONDS)
        && readySession == session
        && state.isConnected();
  }

  @Override
  public Optional<String> hold(List<String> more, Duration atMost) throws InterruptedException {
    held.addAll(more);
    return subscribe(more, atMost);
  }

  @Override
  public Optional<String> subscribe(List<String> more, Duration atMost)
      throws InterruptedException {
    var subscribe = new SubscribePacket.SubscribePacketBuilder();
    more.forEach(filter -> subscribe.withSubscription(filter, QOS.AT_LEAST_ONCE));
    var refusal = new ArrayBlockingQueue<Optional<String>>(1);
    subscription(subscribe.build())
        .whenComplete((ack, failure) ->
            refusal.add(
                failure == null
                    ? refusal(more, ack)
                    : Optional.of("the session ended: " + failure)));
    @Nullable Optional<String> answer = refusal.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    return answer == null ? Optional.of("the broker did not answer a SUBSCRIBE") : answer;
  }

  private static Optional<String> refusal(List<String> more, SubAckPacket ack) {
    for (int i = 0; i < ack.getReasonCodes().size(); i++) {
      if (ack.getReasonCodes().get(i).getValue() >= 0x80) {
        return Optional.of(
            "not allowed to subscribe to "
                + more.get(i)
                + " ("
                + ack.getReasonCodes().get(i)
                + "): a policy of the certificate must allow it");
      }
    }
    return Optional.empty();
  }

  @Override
  public void unsubscribe(List<String> more) {
    var unsubscribe = new UnsubscribePacket.UnsubscribePacketBuilder();
    List<String> own = more.stream().filter(filter -> !held.contains(filter)).toList();
    if (!own.isEmpty()) {
      own.forEach(unsubscribe::withSubscription);
      client.ifPresent(present -> present.unsubscribe(unsubscribe.build()));
    }
  }

  private boolean takesAll(SubAckPacket ack) {
    for (int i = 0; i < ack.getReasonCodes().size(); i++) {
      if (ack.getReasonCodes().get(i).getValue() >= 0x80) {
        LOG.log(
            Level.WARNING,
            "subscription refused: filter={0} reason={1}",
            filters.get(i),
            ack.getReasonCodes().get(i));
        return false;
      }
    }
    return true;
  }

  /// Ends the connection without a word to the broker, and tries no more until [#reconnect].
  synchronized void disconnect() {
    restarting = false;
    client.ifPresent(Mqtt5Client::stop);
  }

  /// Tries again after [#disconnect].
  synchronized void reconnect() {
    restarting = false;
    start();
  }

  @Override
  public void close() {
    // Between two attempts the client ends only after its back-off; there is nothing to say then.
    boolean mustEnd = state.isConnected();
    synchronized (this) {
      closing = true;
    }
    client.ifPresent(Mqtt5Client::stop);
    try {
      if (mustEnd && !stopped.await(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "connection did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.ifPresent(Mqtt5Client::close);
    CRT.releaseShutdownRef();
  }

  private final class Lifecycle implements Mqtt5ClientOptions.LifecycleEvents {
    @Override
    public void onAttemptingConnect(Mqtt5Client from, OnAttemptingConnectReturn attempt) {
      metrics.add("fieldline_connect_attempts_total", 1);
    }

    @Override
    public void onConnectionSuccess(Mqtt5Client from, OnConnectionSuccessReturn success) {
      failureLogged = false;
      restarting = false;
      state.connected(clock.instant());
      metrics.add("fieldline_connects_total", 1);
      LOG.log(Level.INFO, "connected to the cloud");
    }

    @Override
    public void onConnectionFailure(Mqtt5Client from, OnConnectionFailureReturn failure) {
      metrics.add("fieldline_connect_failures_total", 1);
      ConnAckPacket answer = failure.getConnAckPacket();
      LinkTrouble trouble =
          trouble(failure.getErrorCode(), answer == null ? null : answer.getReasonCode());
      state.failed(trouble);
      if (!failureLogged) {
        failureLogged = true;
        LOG.log(
            Level.WARNING,
            "connection to the cloud failed and will be tried again: cause={0}; {1}",
            trouble.cause(),
            trouble.meaning());
      }
    }

    @Override
    public void onDisconnection(Mqtt5Client from, OnDisconnectionReturn end) {
      DisconnectPacket packet = end.getDisconnectPacket();
      LinkTrouble trouble =
          trouble(end.getErrorCode(), packet == null ? null : packet.getReasonCode());
      state.disconnected(packet != null && isAboutWhatWasSent(packet), trouble);
      boolean asAsked = trouble.cause().contains(AS_ASKED);
      LOG.log(
          asAsked ? Level.DEBUG : Level.WARNING,
          "connection to the cloud ended: cause={0}; {1}",
          trouble.cause(),
          trouble.meaning());
    }

    @Override
    public void onStopped(Mqtt5Client from, OnStoppedReturn end) {
      if (closing) {
        stopped.countDown();
      } else {
        startAgain();
      }
    }
  }

  private LinkTrouble trouble(int error, @Nullable Enum<?> reason) {
    String code = reason == null ? "" : reason.name();
    return LinkTrouble.of(clock.instant(), CRT.awsErrorName(error), code);
  }

  private static boolean isAboutWhatWasSent(DisconnectPacket packet) {
    return switch (packet.getReasonCode()) {
      case NOT_AUTHORIZED,
          MALFORMED_PACKET,
          PROTOCOL_ERROR,
          IMPLEMENTATION_SPECIFIC_ERROR,
          TOPIC_NAME_INVALID,
          PACKET_TOO_LARGE,
          PAYLOAD_FORMAT_INVALID,
          QOS_NOT_SUPPORTED,
          RETAIN_NOT_SUPPORTED ->
          true;
      default -> false;
    };
  }
}
