// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/// Sends numbers by TCP all the time, five at once, and notes which were acknowledged; it connects
/// again when its connection ends. What is refused is not sent again.
final class SteadySensor implements AutoCloseable {
  static final int AT_ONCE = 5;
  private static final long PAUSE_NANOS = 10_000_000;

  private final IntSupplier port;
  private final Audit audit;
  private final Thread thread;
  private volatile boolean ended;
  private final AtomicInteger refused = new AtomicInteger();

  SteadySensor(IntSupplier port, Audit audit) {
    this.port = port;
    this.audit = audit;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  /// How many were answered with an error.
  int refused() {
    return refused.get();
  }

  private void run() {
    while (!ended) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port.getAsInt());
          var in =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        socket.setTcpNoDelay(true);
        while (!ended) {
          send(socket, in);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void send(Socket socket, BufferedReader in) throws IOException {
    var numbers = new long[AT_ONCE];
    var lines = new StringBuilder();
    for (int i = 0; i < AT_ONCE; i++) {
      numbers[i] = audit.number();
      lines.append("n=").append(numbers[i]).append('\n');
    }
    socket.getOutputStream().write(lines.toString().getBytes(StandardCharsets.US_ASCII));
    for (long number : numbers) {
      String answer = in.readLine();
      if (answer == null) {
        throw new IOException("the agent has gone");
      }
      if (answer.equals("ok 1")) {
        audit.acknowledged(number);
      } else if (answer.startsWith("error: ")) {
        refused.incrementAndGet();
      } else {
        throw new IllegalStateException("expected ok 1 or an error, got '" + answer + "'");
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
