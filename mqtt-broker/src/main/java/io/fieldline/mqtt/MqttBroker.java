// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An MQTT 3.1.1 and 5 broker inside a program. Every method may be called from any thread.
///
/// It listens where it is told ({@link #listen}), takes connections that others accepted ({@link
/// #attach}), and lets the program publish and subscribe without a connection. Sessions and
/// retained messages live in memory.
public final class MqttBroker implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofMillis(250);
  private static final Duration LAST_WORDS = Duration.ofMillis(1_500);

  private final Settings settings;
  private final Router router;
  private final Sessions sessions;
  private final EventLoopGroup loops;
  private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  private MqttBroker(Settings settings) {
    this.settings = settings;
    this.router = new Router(settings);
    this.sessions = new Sessions(settings, router);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("mqtt", true),
            NioIoHandler.newFactory());
    // A sweep may publish a will, and so block: not on the event loop.
    var sweeps = new Mailbox();
    loops
        .next()
        .scheduleAtFixedRate(
            () -> {
              if (sweeps.size() == 0) {
                sweeps.add(sessions::sweep);
              }
            },
            SWEEP.toMillis(),
            SWEEP.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  public static Builder builder() {
    return new Builder();
  }

  // --- Listening

  /// Listens for plain MQTT; port 0 takes a free one. The answer is the address in use.
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    return bind(address, null, this::attach);
  }

  /// Listens for MQTT over TLS. The context decides on client certificates and ALPN.
  public InetSocketAddress listenTls(InetSocketAddress address, SslContext tls) throws IOException {
    return bind(address, () -> tls, this::attach);
  }

  /// As above, asking for the context at each connection, so that it can be renewed.
  public InetSocketAddress listenTls(InetSocketAddress address, Supplier<SslContext> tls)
      throws IOException {
    return bind(address, tls, this::attach);
  }

  /// Listens for MQTT over WebSocket at the path {@code /mqtt}.
  public InetSocketAddress listenWebSocket(InetSocketAddress address) throws IOException {
    int maxFrame = settings.limits().maxPacketBytes() + 16;
    return bind(
        address,
        null,
        (pipeline, details) ->
            Transports.addWebSocket(
                pipeline, details, maxFrame, settings.limits().connectTimeout(), this::attach));
  }

  private interface Start {
    void start(ChannelPipeline pipeline, TransportDetails details);
  }

  private InetSocketAddress bind(
      InetSocketAddress address, @Nullable Supplier<SslContext> tls, Start start)
      throws IOException {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.get().newHandler(channel.alloc()));
                    }
                    Transports.afterHandshake(channel.pipeline(), start::start);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(PortOwner.explain(address, bound.cause()), bound.cause());
    }
    listeners.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /// Takes over a connection that was accepted elsewhere, on its event loop: the pipeline yields
  /// MQTT's bytes, or WebSocket frames where {@code details} tells of an upgrade. Bytes read before
  /// are to be fired through the pipeline after this call.
  public void attach(ChannelPipeline pipeline, TransportDetails details) {
    Channel channel = pipeline.channel();
    if (count.incrementAndGet() > settings.limits().maxConnections()) {
      count.decrementAndGet();
      channel.close();
      return;
    }
    var connection = new Connection(settings, router, sessions, channel, details);
    connections.add(connection);
    channel
        .closeFuture()
        .addListener(_ -> {
          connections.remove(connection);
          count.decrementAndGet();
        });
    Transports.addMqtt(pipeline, details, settings.limits(), connection);
  }

  /// Takes over a connection whose HTTP server has read a request to become a WebSocket: answers it
  /// and takes its pipeline, from the HTTP codec on. On the connection's event loop.
  public void upgrade(ChannelPipeline pipeline, HttpRequest request) {
    TransportDetails details = details(pipeline.channel());
    int maxFrame = settings.limits().maxPacketBytes() + 16;
    Transports.upgrade(
        pipeline, request, maxFrame, upgrade -> attach(pipeline, details.with(upgrade)));
  }

  /// What {@link #attach} wants to know of a channel whose TLS handshake, if any, is done.
  public static TransportDetails details(Channel channel) {
    return Transports.details(channel, channel.pipeline().get(SslHandler.class));
  }

  // --- From inside the process

  /// Publishes: the interceptor sees it with {@link Origin.Process}, no authorizer is asked. False
  /// where the interceptor refused it.
  public boolean publish(PublishedMessage message) {
    return router.publish(new Origin.Process(), message);
  }

  /// As above; `settled` runs when the interceptor has finished with the message, and not where it
  /// refused it.
  public boolean publish(PublishedMessage message, Runnable settled) {
    return router.publish(new Origin.Process(), message, settled);
  }

  /// Calls the handler with each message, one at a time, in order, on a virtual thread.
  public InProcessSubscription subscribe(TopicFilter filter, Consumer<PublishedMessage> handler) {
    var subscriber = new InProcessSubscriber(handler, router.dropped);
    var subscription = new Subscription(subscriber, filter, Qos.AT_LEAST_ONCE, false, true);
    router.subscribe(subscription);
    router.deliverRetained(subscription);
    return () -> router.unsubscribe(subscriber, filter);
  }

  /// Ends with {@link #close()}.
  public interface InProcessSubscription extends AutoCloseable {
    @Override
    void close();
  }

  /// Sends a message to one client alone, subscribed or not. False where it is not connected.
  public boolean send(String clientId, PublishedMessage message) {
    Optional<Session> session = sessions.find(clientId).filter(s -> !s.isAway());
    session.ifPresent(s -> s.deliver(new Delivery(message, null, message.qos(), false)));
    return session.isPresent();
  }

  /// Ends a client's connection. False where it has none.
  public boolean disconnect(String clientId, DisconnectReason reason, String detail) {
    Optional<Connection> connection = sessions.find(clientId).flatMap(Session::connection);
    connection.ifPresent(c -> c.end(reason, detail));
    return connection.isPresent();
  }

  /// The connected clients.
  public List<Client> clients() {
    return sessions.all().stream().flatMap(s -> client(s).stream()).toList();
  }

  public Optional<Client> client(String clientId) {
    return sessions.find(clientId).flatMap(MqttBroker::client);
  }

  private static Optional<Client> client(Session session) {
    return session.connection().map(Connection::established).map(Connection.Established::client);
  }

  /// The filters that a client's session holds, connected or not.
  public List<TopicFilter> subscriptions(String clientId) {
    return sessions.find(clientId).stream()
        .flatMap(s -> s.subscriptions().stream())
        .map(Subscription::filter)
        .toList();
  }

  public Optional<Retained> retained(TopicName topic) {
    return router.retained(topic);
  }

  /// All retained messages, by topic.
  public List<Retained> retained() {
    return router.retained();
  }

  /// Messages published so far.
  public long publishedCount() {
    return router.published();
  }

  /// Deliveries given up so far because a queue was full.
  public long droppedCount() {
    return router.dropped.get();
  }

  @Override
  public void close() {
    listeners.forEach(l -> l.close().awaitUninterruptibly());
    connections.forEach(c -> c.end(DisconnectReason.SERVER_INITIATED, "the broker shuts down"));
    // A loop that is shut down closes its channels before it runs what waits: the last words first.
    long deadline = System.nanoTime() + LAST_WORDS.toNanos();
    for (Connection connection : connections) {
      connection.awaitClosed(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /// What a broker can be told. Without any, everybody may do everything.
  public static final class Builder {
    private Authenticator authenticator = Authenticator.anonymous();
    private Authorizer authorizer = Authorizer.allowAll();
    private DeferringInterceptor interceptor = settlingAtOnce(PublishInterceptor.none());
    private Consumer<ConnectionEvent> events = _ -> {};
    private Limits limits = Limits.standard();
    private DeniedPublish deniedPublish = DeniedPublish.CLOSE;
    private MultiLevelWildcard multiLevelWildcard = MultiLevelWildcard.PARENT_AND_BELOW;
    private boolean retainedForWildcards = true;
    private Clock clock = Clock.systemUTC();
    private Supplier<String> connectionIds = () -> UUID.randomUUID().toString();

    private Builder() {}

    public Builder authenticator(Authenticator given) {
      authenticator = given;
      return this;
    }

    public Builder authorizer(Authorizer given) {
      authorizer = given;
      return this;
    }

    public Builder interceptor(PublishInterceptor given) {
      return interceptor(settlingAtOnce(given));
    }

    public Builder interceptor(DeferringInterceptor given) {
      interceptor = given;
      return this;
    }

    private static DeferringInterceptor settlingAtOnce(PublishInterceptor given) {
      return (origin, message, settled) -> {
        var verdict = given.intercept(origin, message);
        if (verdict != PublishInterceptor.Verdict.REFUSED) {
          settled.run();
        }
        return verdict;
      };
    }

    /// Called on the thread on which it happens: it must not block.
    public Builder onEvent(Consumer<ConnectionEvent> given) {
      events = given;
      return this;
    }

    public Builder limits(Limits given) {
      limits = given;
      return this;
    }

    public Builder deniedPublish(DeniedPublish given) {
      deniedPublish = given;
      return this;
    }

    /// How AWS IoT Core differs from MQTT: {@code a/#} does not match {@code a}, retained messages
    /// come only for a filter without wildcards, and AWS's limits hold.
    public Builder asAwsIot() {
      limits = Limits.awsIot();
      multiLevelWildcard = MultiLevelWildcard.BELOW_ONLY;
      retainedForWildcards = false;
      deniedPublish = DeniedPublish.REFUSE_OR_CLOSE;
      return this;
    }

    public Builder clock(Clock given) {
      clock = given;
      return this;
    }

    public Builder connectionIds(Supplier<String> given) {
      connectionIds = given;
      return this;
    }

    public MqttBroker start() {
      return new MqttBroker(
          new Settings(
              authenticator,
              authorizer,
              interceptor,
              events,
              limits,
              deniedPublish,
              multiLevelWildcard,
              retainedForWildcards,
              clock,
              connectionIds));
    }
  }
}
