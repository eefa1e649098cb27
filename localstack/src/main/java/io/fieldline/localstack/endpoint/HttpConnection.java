// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// One connection: requests one after another, each answered on a virtual thread of its own. A body
/// that is read more slowly than it comes stops the reading from the socket, so nothing piles up.
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final System.Logger LOG = System.getLogger(HttpConnection.class.getName());
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Front front;
  private final RawConnections raw;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private @Nullable Runnable starting;
  private @Nullable RequestBody body;
  private boolean busy;

  HttpConnection(Front front, RawConnections raw) {
    super(false);
    this.front = front;
    this.raw = raw;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message instanceof HttpRequest request) {
      begin(context, request);
    }
    RequestBody receiving = body;
    if (message instanceof HttpContent content && receiving != null) {
      receiving.add(ByteBufUtil.getBytes(content.content()));
      if (content instanceof LastHttpContent) {
        receiving.complete();
        body = null;
        start();
      }
    }
    ReferenceCountUtil.release(message);
  }

  /// What came at once with the head of a request is taken in before the request is served: the
  /// thread that serves it then finds the body and need not wait for it.
  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    start();
    super.channelReadComplete(context);
  }

  private void start() {
    Runnable work = starting;
    if (work != null) {
      starting = null;
      Thread.ofVirtual().start(work);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      var answer =
          WireResponse.text(
              400,
              "text/plain",
              "not an HTTP request: " + request.decoderResult().cause().getMessage() + "\n");
      Thread.ofVirtual().start(() -> send(context, request, answer, false));
      return;
    }
    boolean upgrade = "websocket".equalsIgnoreCase(request.headers().get(HttpHeaderNames.UPGRADE));
    if (upgrade && raw.webSocket(context, request)) {
      return;
    }
    var incoming =
        new RequestBody(invitation(context, request), context.channel().config()::setAutoRead);
    body = incoming;
    WireRequest wire = wire(context, request, incoming);
    Runnable work = () -> serve(context, request, wire, incoming);
    if (busy) {
      waiting.add(work);
    } else {
      busy = true;
      starting = work;
    }
  }

  /// A client that pipelines gets its answers in the order of its requests.
  private void next() {
    Runnable work = waiting.poll();
    busy = work != null;
    if (work != null) {
      Thread.ofVirtual().start(work);
    }
  }

  /// Called when the body is first asked for. Source: RFC 9110, 10.1.1.
  private static Runnable invitation(ChannelHandlerContext context, HttpRequest request) {
    if (!HttpUtil.is100ContinueExpected(request)) {
      return () -> {};
    }
    return () ->
        context.writeAndFlush(
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
  }

  private static WireRequest wire(
      ChannelHandlerContext context, HttpRequest request, InputStream body) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      headers
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(header.getValue());
    }
    String uri = request.uri().replaceFirst("^https?://[^/]+", "");
    int mark = uri.indexOf('?');
    String remote =
        context.channel().remoteAddress() instanceof InetSocketAddress a
            ? a.getAddress().getHostAddress()
            : "127.0.0.1";
    return new WireRequest(
        request.method().name(),
        mark < 0 ? uri : uri.substring(0, mark),
        mark < 0 ? "" : uri.substring(mark + 1),
        headers,
        body,
        remote,
        context.pipeline().get(SslHandler.class) != null,
        certificate(context));
  }

  private static Optional<X509Certificate> certificate(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls == null) {
      return Optional.empty();
    }
    try {
      return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate shown
          ? Optional.of(shown)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException showedNone) {
      return Optional.empty();
    }
  }

  private void serve(
      ChannelHandlerContext context, HttpRequest request, WireRequest wire, RequestBody incoming) {
    WireResponse answer = front.answer(wire);
    boolean bodyless =
        !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
    try {
      if (bodyless) {
        incoming.readAllBytes();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "connection ended early", e);
    }
    send(context, request, answer, HttpUtil.isKeepAlive(request) && incoming.isComplete());
    context.executor().execute(this::next);
  }

  private static void send(
      ChannelHandlerContext context, HttpRequest request, WireResponse answer, boolean keep) {
    try (InputStream content = answer.body()) {
      boolean head = request.method().name().equals("HEAD");
      ChannelFuture sent;
      if (head || (answer.length() >= 0 && answer.length() <= CHUNK_BYTES)) {
        byte[] bytes = head ? new byte[0] : content.readAllBytes();
        var whole =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(bytes));
        headers(whole, answer, keep, head ? Math.max(0, answer.length()) : bytes.length);
        sent = context.writeAndFlush(whole);
      } else {
        sent = stream(context, answer, content, keep);
      }
      if (!keep) {
        sent.addListener(ChannelFutureListener.CLOSE);
      }
    } catch (IOException | InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "answer not sent", e);
      context.close();
    }
  }

  private static ChannelFuture stream(
      ChannelHandlerContext context, WireResponse answer, InputStream content, boolean keep)
      throws IOException, InterruptedException {
    var start =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
    headers(start, answer, keep, answer.length());
    context.write(start);
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
      ChannelFuture written =
          context.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(chunk, 0, read)));
      written.await();
      if (!written.isSuccess()) {
        throw new IOException("connection closed", written.cause());
      }
    }
    return context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private static void headers(
      HttpResponse response, WireResponse answer, boolean keep, long length) {
    answer.headers().forEach((name, value) -> response.headers().add(name, value));
    answer.cookies().forEach(cookie -> response.headers().add(HttpHeaderNames.SET_COOKIE, cookie));
    if (length < 0) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    } else if (answer.status() != 204
        && answer.status() != 304
        && !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    }
    if (!keep) {
      response.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    RequestBody receiving = body;
    if (receiving != null) {
      receiving.fail("the client closed the connection within the body");
    }
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(System.Logger.Level.DEBUG, "connection failed", cause);
    context.close();
  }
}
