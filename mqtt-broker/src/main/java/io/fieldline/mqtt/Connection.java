// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One client's connection: from its first packet to its end. Packets are handled in order on a
/// virtual thread, so that a hook that blocks holds up this client only; reading pauses while too
/// many wait. {@link #write} and {@link #end} may be called from any thread.
final class Connection extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(Connection.class.getName());
  private static final int PAUSE_ABOVE = 128;
  private static final int RESUME_BELOW = 32;
  private static final int MAX_OUTBOX = 4_096;
  private static final long MAX_OUTBOX_BYTES = 1024 * 1024;

  private final Settings settings;
  private final Router router;
  private final Sessions sessions;
  private final Channel channel;
  private final TransportDetails transport;
  private final Mailbox mailbox = new Mailbox();
  private final Acknowledgements acknowledgements = new Acknowledgements(this);
  private final Queue<MqttMessage> outbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicBoolean flushPending = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Established established;
  private volatile int version = 4;

  /// Used on the event loop only.
  private int packetsRead;

  Connection(
      Settings settings,
      Router router,
      Sessions sessions,
      Channel channel,
      TransportDetails transport) {
    this.settings = settings;
    this.router = router;
    this.sessions = sessions;
    this.channel = channel;
    this.transport = transport;
  }

  /// A connection whose CONNECT was accepted.
  record Established(Client client, Session session, Inbound inbound, int maxPacketBytes) {}

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    long millis = settings.limits().connectTimeout().toMillis();
    context
        .executor()
        .schedule(
            () -> {
              if (established == null) {
                end(DisconnectReason.CLIENT_ERROR, "no CONNECT within the time allowed");
              }
            },
            millis,
            TimeUnit.MILLISECONDS);
  }

  int packetsRead() {
    return packetsRead;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    packetsRead++;
    if (!(packet instanceof MqttMessage message)) {
      ReferenceCountUtil.release(packet);
      return;
    }
    if (message.decoderResult().isFailure()) {
      ReferenceCountUtil.release(packet);
      Throwable cause = message.decoderResult().cause();
      mailbox.add(() -> malformed(cause));
      return;
    }
    if (message instanceof MqttPublishMessage publish) {
      IncomingPublish incoming = IncomingPublish.copyAndRelease(publish);
      submit(() -> publish(incoming));
      return;
    }
    submit(() -> handle(message));
  }

  private void submit(Runnable work) {
    if (mailbox.size() > PAUSE_ABOVE || owesTooMuch() || !channel.isWritable()) {
      channel.config().setAutoRead(false);
    }
    mailbox.add(() -> {
      try {
        if (!ended.get()) {
          work.run();
        }
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "connection failed transport=" + transport, e);
        end(DisconnectReason.SERVER_ERROR, "the broker failed to handle a packet");
      } finally {
        resumeReading();
      }
    });
  }

  /// A client that does not take its answers is not asked for more: they would fill the memory.
  void resumeReading() {
    if (!channel.config().isAutoRead()
        && mailbox.size() < RESUME_BELOW
        && !owesTooMuch()
        && channel.isWritable()) {
      channel.config().setAutoRead(true);
    }
  }

  /// Whether as many of its messages wait for their acknowledgement as may: then it is this side
  /// that does not read.
  private boolean owesTooMuch() {
    return acknowledgements.open() >= settings.limits().maxInflight();
  }

  Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    resumeReading();
    context.fireChannelWritabilityChanged();
  }

  private void handle(MqttMessage message) {
    Established now = established;
    if (message instanceof MqttConnectMessage connect) {
      if (now != null) {
        end(DisconnectReason.CLIENT_ERROR, "a second CONNECT on one connection");
        return;
      }
      version = connect.variableHeader().version();
      new Handshake(settings, sessions, this, transport).connect(connect);
    } else if (now == null) {
      end(DisconnectReason.CLIENT_ERROR, "the first packet is not CONNECT");
    } else {
      now.inbound().handle(message);
    }
  }

  private void publish(IncomingPublish incoming) {
    Established now = established;
    if (now == null) {
      end(DisconnectReason.CLIENT_ERROR, "the first packet is not CONNECT");
    } else {
      now.inbound().publish(incoming);
    }
  }

  /// Called by the handshake, before CONNACK goes out.
  Inbound establish(Client client, Session session, int maxPacketBytes) {
    var inbound = new Inbound(settings, router, this, client, session);
    established = new Established(client, session, inbound, maxPacketBytes);
    settings.events().accept(new ConnectionEvent.Connected(client, settings.clock().instant()));
    return inbound;
  }

  /// Called by the handshake after CONNACK: ends what ended in between.
  void opened() {
    Established now = established;
    if (ended.get() && now != null) {
      depart(now, DisconnectReason.CONNECTION_LOST, "the connection ended while it was opened");
    }
  }

  /// Watches the keep-alive, and ends the connection when the authenticator's time is over.
  void watch(Duration keepAlive, @Nullable Duration lifetime) {
    if (!keepAlive.isZero()) {
      Transports.expectPacketWithin(channel.pipeline(), keepAlive.multipliedBy(3).dividedBy(2));
    }
    if (lifetime != null) {
      var timer =
          channel
              .eventLoop()
              .schedule(
                  () -> end(DisconnectReason.LIFETIME_OVER, "the allowed time is over"),
                  lifetime.toMillis(),
                  TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(_ -> timer.cancel(false));
    }
  }

  boolean mayReceive(Delivery delivery) {
    Established now = established;
    if (now == null
        || !settings.authorizer().mayReceive(now.client(), delivery.message().topic())) {
      return false;
    }
    PublishedMessage m = delivery.message();
    return m.payload().length + m.topic().text().length() + 16 <= now.maxPacketBytes();
  }

  /// Whether the client keeps up: false means that messages of QoS 0 are better dropped.
  boolean isWritable() {
    return channel.isWritable()
        && waiting.get() < MAX_OUTBOX
        && waitingBytes.get() < MAX_OUTBOX_BYTES;
  }

  /// Sends a packet soon; packets written close together leave together.
  void write(MqttMessage packet) {
    outbox.add(packet);
    waiting.incrementAndGet();
    waitingBytes.addAndGet(payloadBytes(packet));
    if (flushPending.compareAndSet(false, true)) {
      channel.eventLoop().execute(this::flush);
    }
  }

  private static long payloadBytes(MqttMessage packet) {
    return packet instanceof MqttPublishMessage publish ? publish.payload().readableBytes() : 0;
  }

  private void flush() {
    flushPending.set(false);
    for (var packet = outbox.poll(); packet != null; packet = outbox.poll()) {
      waiting.decrementAndGet();
      waitingBytes.addAndGet(-payloadBytes(packet));
      channel.write(packet, channel.voidPromise());
    }
    channel.flush();
  }

  /// Sends a last packet and closes.
  void writeAndClose(MqttMessage packet) {
    ended.set(true);
    channel.eventLoop().execute(() -> sendLast(packet));
  }

  private void sendLast(MqttMessage packet) {
    flush();
    channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
    // A client that does not read must not keep its connection by that.
    channel.eventLoop().schedule(() -> channel.close(), 1, TimeUnit.SECONDS);
  }

  /// Ends the connection, once: DISCONNECT to an MQTT 5 client, the will where one is due, the
  /// event.
  void end(DisconnectReason reason, String detail) {
    end(reason, reason.code(), detail);
  }

  void end(DisconnectReason reason, int code, String detail) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    Established now = established;
    boolean silent =
        reason == DisconnectReason.CLIENT_INITIATED || reason == DisconnectReason.CONNECTION_LOST;
    // First the session: who sees the connection end finds it as it was left.
    if (now != null) {
      depart(now, reason, detail);
    }
    if (now != null && version == 5 && !silent) {
      channel.eventLoop().execute(() -> sendLast(Packets.disconnect(code, detail)));
    } else {
      channel
          .eventLoop()
          .execute(() -> {
            flush();
            channel.close();
          });
    }
  }

  void awaitClosed(Duration longest) {
    channel.closeFuture().awaitUninterruptibly(longest.toMillis());
  }

  private void depart(Established now, DisconnectReason reason, String detail) {
    ConnectDetails.@Nullable LastWill will =
        now.inbound().isWillDiscarded() ? null : now.client().connect().lastWill();
    var at = settings.clock().instant();
    Session.@Nullable PendingWill pending =
        will == null
            ? null
            : new Session.PendingWill(now.client(), will.message(), at.plus(will.delay()));
    if (!now.session().detach(this, pending)) {
      return;
    }
    settings.events().accept(new ConnectionEvent.Disconnected(now.client(), at, reason, detail));
    // A will may block in the interceptor, and this may be the event loop.
    Thread.ofVirtual().start(() -> sessions.sweep(now.session()));
  }

  private void malformed(Throwable cause) {
    if (established == null && cause instanceof DecoderException) {
      Handshake.refuseMalformed(this, cause);
    }
    if (cause instanceof TooLongFrameException) {
      int most = settings.limits().maxPacketBytes();
      end(DisconnectReason.CLIENT_ERROR, 0x95, "a packet has at most " + most + " bytes");
    } else {
      end(DisconnectReason.CLIENT_ERROR, 0x81, "malformed packet: " + cause.getMessage());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && mailbox.size() == 0 && !owesTooMuch()) {
      end(DisconnectReason.KEEP_ALIVE_TIMEOUT, "no packet within 1.5 times the keep-alive");
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    // After the packets that came before: a DISCONNECT may be among them.
    mailbox.add(() -> end(DisconnectReason.CONNECTION_LOST, "the connection was closed"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(System.Logger.Level.DEBUG, "connection error", cause);
    mailbox.add(() -> end(DisconnectReason.CONNECTION_LOST, String.valueOf(cause.getMessage())));
  }

  @Nullable Established established() {
    return established;
  }
}
