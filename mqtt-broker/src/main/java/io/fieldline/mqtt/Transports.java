// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import static io.netty.channel.ChannelFutureListener.CLOSE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What lies between a socket and a {@link Connection}: TLS, WebSocket, MQTT's codec.
final class Transports {
  private static final String IDLE = "mqtt-idle";
  private static final String SUBPROTOCOLS = "mqtt,mqttv3.1";
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(512 * 1024, 1024 * 1024);
  private static final int MAX_HTTP_BYTES = 16 * 1024;

  private Transports() {}

  /// MQTT's codec and the connection, at the end of a pipeline that yields bytes, or WebSocket
  /// frames where {@code details} tells of an upgrade.
  static void addMqtt(
      ChannelPipeline pipeline, TransportDetails details, Limits limits, Connection connection) {
    pipeline.channel().config().setWriteBufferWaterMark(WATER_MARK);
    if (details.upgrade() != null) {
      pipeline.addLast(new WebSocketBytes());
    }
    pipeline.addLast(new PacketFrames(limits.maxPacketBytes(), connection::packetsRead));
    pipeline.addLast(
        new MqttDecoder(limits.maxPacketBytes(), TopicName.MAX_BYTES), MqttEncoder.INSTANCE);
    pipeline.addLast(IDLE, new IdleStateHandler(0, 0, 0));
    pipeline.addLast(connection);
  }

  static void expectPacketWithin(ChannelPipeline pipeline, Duration time) {
    pipeline.replace(
        IDLE, IDLE, new IdleStateHandler(time.toMillis(), 0, 0, TimeUnit.MILLISECONDS));
  }

  /// Calls {@code then} once the TLS handshake has succeeded, or at once without TLS.
  static void afterHandshake(
      ChannelPipeline pipeline, BiConsumer<ChannelPipeline, TransportDetails> then) {
    SslHandler tls = pipeline.get(SslHandler.class);
    if (tls == null) {
      then.accept(pipeline, details(pipeline.channel(), null));
      return;
    }
    pipeline.addLast(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done) {
              context.pipeline().remove(this);
              if (done.isSuccess()) {
                then.accept(context.pipeline(), details(context.channel(), tls));
              }
              return;
            }
            context.fireUserEventTriggered(event);
          }

          @Override
          public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
          }
        });
  }

  static TransportDetails details(Channel channel, @Nullable SslHandler tls) {
    SSLSession session = tls == null ? null : tls.engine().getSession();
    return new TransportDetails(
        inet(channel.remoteAddress()),
        inet(channel.localAddress()),
        session == null ? List.of() : certificates(session),
        session == null ? null : serverName(session),
        tls == null ? null : tls.applicationProtocol(),
        null);
  }

  private static InetSocketAddress inet(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet : new InetSocketAddress(0);
  }

  private static List<X509Certificate> certificates(SSLSession session) {
    try {
      var chain = new ArrayList<X509Certificate>();
      for (Certificate certificate : session.getPeerCertificates()) {
        chain.add((X509Certificate) certificate);
      }
      return chain;
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  private static @Nullable String serverName(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (var name : extended.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return host.getAsciiName();
        }
      }
    }
    return null;
  }

  /// HTTP up to the upgrade, then WebSocket frames; {@code then} is called when they flow.
  ///
  /// @param longest from the connection to the upgrade
  static void addWebSocket(
      ChannelPipeline pipeline,
      TransportDetails details,
      int maxFrameBytes,
      Duration longest,
      BiConsumer<ChannelPipeline, TransportDetails> then) {
    var tooLate =
        pipeline
            .channel()
            .eventLoop()
            .schedule(() -> pipeline.channel().close(), longest.toMillis(), TimeUnit.MILLISECONDS);
    pipeline.channel().closeFuture().addListener(_ -> tooLate.cancel(false));
    pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_HTTP_BYTES));
    var request = new UpgradeRequest();
    pipeline.addLast(request);
    pipeline.addLast(
        new WebSocketServerProtocolHandler(
            WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/mqtt")
                .checkStartsWith(true)
                .subprotocols(SUBPROTOCOLS)
                .maxFramePayloadLength(maxFrameBytes)
                .build()));
    pipeline.addLast(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
              tooLate.cancel(false);
              context.pipeline().remove(this);
              then.accept(context.pipeline(), details.with(request.upgrade));
              return;
            }
            context.fireUserEventTriggered(event);
          }

          /// What the WebSocket handler passes on is a request for another path.
          @Override
          public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            var answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
            context.writeAndFlush(answer).addListener(CLOSE);
          }

          @Override
          public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
          }
        });
  }

  /// Answers an upgrade request that another HTTP server read; its codec, and what stands behind
  /// that, make way for WebSocket frames.
  static void upgrade(
      ChannelPipeline pipeline,
      HttpRequest request,
      int maxFrameBytes,
      Consumer<TransportDetails.HttpUpgrade> then) {
    var whole =
        new DefaultFullHttpRequest(
            request.protocolVersion(),
            request.method(),
            request.uri(),
            Unpooled.EMPTY_BUFFER,
            request.headers(),
            EmptyHttpHeaders.INSTANCE);
    var handshaker =
        new WebSocketServerHandshakerFactory(null, SUBPROTOCOLS, false, maxFrameBytes)
            .newHandshaker(whole);
    Channel channel = pipeline.channel();
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(channel);
      return;
    }
    removeAfterCodec(pipeline);
    handshaker.handshake(channel, whole);
    then.accept(upgradeOf(request));
    channel.config().setAutoRead(true);
  }

  private static void removeAfterCodec(ChannelPipeline pipeline) {
    var names = new ArrayList<>(pipeline.names());
    int codec = -1;
    for (int i = 0; i < names.size(); i++) {
      if (pipeline.get(names.get(i)) instanceof HttpServerCodec) {
        codec = i;
      }
    }
    for (String name : names.subList(codec + 1, names.size())) {
      if (pipeline.get(name) != null) {
        pipeline.remove(name);
      }
    }
  }

  private static TransportDetails.HttpUpgrade upgradeOf(HttpRequest request) {
    var headers = new HashMap<String, List<String>>();
    for (var header : request.headers()) {
      headers
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(header.getValue());
    }
    return new TransportDetails.HttpUpgrade(request.uri(), headers);
  }

  /// Keeps the request that asks for the upgrade.
  private static final class UpgradeRequest extends ChannelInboundHandlerAdapter {
    private TransportDetails.HttpUpgrade upgrade = new TransportDetails.HttpUpgrade("", Map.of());

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof FullHttpRequest request) {
        upgrade = upgradeOf(request);
      }
      context.fireChannelRead(message);
    }
  }

  /// MQTT's bytes in binary frames, however they are cut. Source: MQTT 5.0, 6.
  private static final class WebSocketBytes extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
      out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
      switch (frame) {
        case BinaryWebSocketFrame _, ContinuationWebSocketFrame _ ->
            out.add(frame.content().retain());
        case PingWebSocketFrame _ ->
            context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
        case PongWebSocketFrame _ -> {}
        default -> context.writeAndFlush(new CloseWebSocketFrame()).addListener(CLOSE);
      }
    }
  }
}
