// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Many connections that send lines and count the answers: each sends some lines, and more when
/// those are acknowledged.
final class Sensors implements AutoCloseable {
  private final List<Socket> sockets = new ArrayList<>();
  private final int linesAtOnce;

  Sensors(int port, int connections, int linesAtOnce) throws IOException {
    this.linesAtOnce = linesAtOnce;
    for (int i = 0; i < connections; i++) {
      var socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      sockets.add(socket);
    }
  }

  /// Acknowledged lines a second.
  double rate(Duration time) throws Exception {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long acknowledged = 0;
    try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Long>>();
      for (Socket socket : sockets) {
        tasks.add(() -> send(socket, end));
      }
      for (Future<Long> sent : all.invokeAll(tasks)) {
        acknowledged += sent.get();
      }
    }
    return acknowledged / ((System.nanoTime() - start) / 1e9);
  }

  private long send(Socket socket, long end) throws IOException {
    byte[] lines = "temperature=21.5 Cel\n".repeat(linesAtOnce).getBytes(StandardCharsets.US_ASCII);
    long acknowledged = 0;
    var answer = new byte[1024];
    while (System.nanoTime() < end) {
      socket.getOutputStream().write(lines);
      int missing = linesAtOnce;
      while (missing > 0) {
        missing -= answers(socket.getInputStream(), answer);
      }
      acknowledged += linesAtOnce;
    }
    return acknowledged;
  }

  /// Complete answers among the bytes that came; each is exactly `ok 1` and a newline.
  private static int answers(InputStream in, byte[] answer) throws IOException {
    int n = in.read(answer);
    if (n < 0) {
      throw new IOException("expected answers, but the connection was closed");
    }
    int lines = 0;
    for (int i = 0; i < n; i++) {
      if (answer[i] == '\n') {
        lines++;
      } else if ("ok 1".indexOf(answer[i]) < 0) {
        throw new IOException(
            "expected ok 1, got " + new String(answer, 0, n, StandardCharsets.UTF_8));
      }
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
