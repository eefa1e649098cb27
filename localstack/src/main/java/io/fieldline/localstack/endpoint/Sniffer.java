// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells by the first byte what a connection speaks: TLS, MQTT or HTTP.
final class Sniffer extends ByteToMessageDecoder {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int MQTT_CONNECT = 0x10;
  private static final int MAX_LINE_BYTES = 32 * 1024;
  private static final int MAX_HEADER_BYTES = 64 * 1024;

  private final @Nullable SslContext tls;
  private final Front front;
  private final RawConnections raw;

  /// @param tls null where the connection is encrypted already
  Sniffer(@Nullable SslContext tls, Front front, RawConnections raw) {
    this.tls = tls;
    this.front = front;
    this.raw = raw;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    ChannelPipeline pipeline = context.pipeline();
    int first = in.getUnsignedByte(in.readerIndex());
    if (first == TLS_HANDSHAKE) {
      if (tls == null) {
        context.close();
        return;
      }
      pipeline.addLast(tls.newHandler(context.alloc()));
      pipeline.addLast(new Sniffer(null, front, raw));
    } else if (first == MQTT_CONNECT) {
      raw.mqtt(context.channel());
    } else {
      pipeline.addLast(
          new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, 64 * 1024),
          new HttpConnection(front, raw));
    }
    pipeline.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
