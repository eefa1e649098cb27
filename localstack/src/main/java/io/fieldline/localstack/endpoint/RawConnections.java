// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;

/// Takes over connections that are not HTTP: the broker's.
public interface RawConnections {
  /// Takes a connection whose first byte is an MQTT CONNECT; its pipeline holds TLS at most. What
  /// has been read is delivered once the pipeline is built and this method has returned.
  void mqtt(Channel channel);

  /// Takes a WebSocket upgrade request; the pipeline holds the HTTP codec. False: not mine.
  boolean webSocket(ChannelHandlerContext context, HttpRequest upgrade);

  /// Refuses both, by closing.
  static RawConnections none() {
    return new RawConnections() {
      @Override
      public void mqtt(Channel channel) {
        channel.close();
      }

      @Override
      public boolean webSocket(ChannelHandlerContext context, HttpRequest upgrade) {
        return false;
      }
    };
  }
}
