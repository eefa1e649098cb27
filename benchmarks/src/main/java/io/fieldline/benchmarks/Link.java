// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;

/// One sensor's connection to a peer.
interface Link extends Closeable {
  /// Sends these numbers and waits until all are acknowledged.
  void send(List<Integer> numbers) throws IOException;

  private static Socket socket(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /// Lines, each answered with `ok 1`.
  static Link lines(int port, IntFunction<String> line) throws IOException {
    Socket socket = socket(port);
    var in = new BufferedInputStream(socket.getInputStream());
    return new Link() {
      @Override
      public void send(List<Integer> numbers) throws IOException {
        var text = new StringBuilder();
        numbers.forEach(number -> text.append(line.apply(number)).append('\n'));
        socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < numbers.size(); i++) {
          expect("ok 1", line(in));
        }
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  /// A POST to `/readings` each, answered with 204, on one connection.
  static Link http(int port, IntFunction<String> body) throws IOException {
    Socket socket = socket(port);
    var in = new BufferedInputStream(socket.getInputStream());
    return new Link() {
      @Override
      public void send(List<Integer> numbers) throws IOException {
        for (int number : numbers) {
          String content = body.apply(number);
          String kind = content.startsWith("{") ? "application/json" : "text/plain";
          String request =
              "POST /readings HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(kind, content.length(), content);
          socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          expect("HTTP/1.1 204", line(in));
          while (!line(in).isEmpty()) {
            // The fields of the answer say nothing that is needed.
          }
        }
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  /// Messages of QoS 1.
  static Link mqtt(int port, String clientId, String topic) throws IOException {
    var client = new MqttClient(socket(port), clientId, _ -> {});
    return new Link() {
      @Override
      public void send(List<Integer> numbers) throws IOException {
        for (int number : numbers) {
          client.publish(topic, String.valueOf(number).getBytes(StandardCharsets.US_ASCII));
        }
        client.flush();
        client.acknowledged(numbers.size());
      }

      @Override
      public void close() throws IOException {
        client.close();
      }
    };
  }

  private static void expect(String wanted, String came) throws IOException {
    if (!came.startsWith(wanted)) {
      throw new IOException("expected " + wanted + ", got '" + came + "'");
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("expected an answer, but the connection was closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
