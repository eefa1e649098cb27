// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A browser's connection to the live path: MQTT over WebSocket by the custom authorizer.
record BrowserConnect(Pipeline pipeline, Person person, String authorizer) {

  /// Connects; what the broker answers is told by its log where it refuses.
  void run() throws IOException, InterruptedException {
    var answered = new CompletableFuture<Boolean>();
    try (var http = HttpClient.newHttpClient()) {
      URI at = URI.create("ws://127.0.0.1:" + pipeline.endpoint().getPort() + "/mqtt");
      WebSocket socket =
          http.newWebSocketBuilder().subprotocols("mqtt").buildAsync(at, ends(answered)).join();
      socket.sendBinary(ByteBuffer.wrap(connect()), true).join();
      try {
        if (!answered.get(10, TimeUnit.SECONDS)) {
          throw new AssertionError("the broker refuses the browser");
        }
      } catch (TimeoutException | ExecutionException e) {
        throw new AssertionError("expected an answer to CONNECT", e);
      } finally {
        socket.abort();
      }
    }
  }

  private static WebSocket.Listener ends(CompletableFuture<Boolean> answered) {
    return new WebSocket.Listener() {
      @Override
      public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        // Source: MQTT 3.1.1, section 3.2.2.3: the fourth byte of CONNACK is 0 where it is
        // accepted.
        answered.complete(data.get(data.position() + 3) == 0);
        return CompletableFuture.completedStage(null);
      }

      @Override
      public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        answered.complete(false);
        return CompletableFuture.completedStage(null);
      }

      @Override
      public void onError(WebSocket socket, Throwable error) {
        answered.complete(false);
      }
    };
  }

  /// Source: MQTT 3.1.1, section 3.1.
  private byte[] connect() throws IOException {
    var body = new ByteArrayOutputStream();
    var out = new DataOutputStream(body);
    text(out, "MQTT");
    out.writeByte(4);
    out.writeByte(0xC2);
    out.writeShort(60);
    text(out, "web-removal");
    text(out, "web?x-amz-customauthorizer-name=" + authorizer);
    text(out, person.accessToken());
    var packet = new ByteArrayOutputStream();
    packet.write(0x10);
    int length = body.size();
    do {
      int seven = length % 128;
      length /= 128;
      packet.write(length > 0 ? seven | 0x80 : seven);
    } while (length > 0);
    body.writeTo(packet);
    return packet.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }
}
