// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Sensors on an agent that is killed under them: each sends some numbers, and the next ones when
/// those are answered. No number is ever sent twice, so one that comes twice was made twice.
final class CrashSensors {
  private static final int SENSORS = 4;
  private static final int AT_ONCE = 5;
  private static final int PAUSE_MS = 10;

  private final AtomicInteger next = new AtomicInteger();
  private final BitSet acknowledged = new BitSet();
  private int refused;

  /// Sends until it is interrupted, or the agent is gone.
  final class Sending implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();

    private Sending(int port) {
      for (int i = 0; i < SENSORS; i++) {
        threads.add(Thread.ofVirtual().start(() -> send(port)));
      }
    }

    /// Waits until each has read what was answered before the end.
    @Override
    public void close() {
      threads.forEach(Thread::interrupt);
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  Sending sending(int port) {
    return new Sending(port);
  }

  private void send(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setTcpNoDelay(true);
      while (true) {
        int first = next.getAndAdd(AT_ONCE);
        var lines = new StringBuilder();
        for (int number = first; number < first + AT_ONCE; number++) {
          lines.append("n=").append(number).append('\n');
        }
        socket.getOutputStream().write(lines.toString().getBytes(StandardCharsets.US_ASCII));
        for (int number = first; number < first + AT_ONCE; number++) {
          String answer = in.readLine();
          if (answer == null) {
            return;
          }
          note(number, answer);
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (IOException | InterruptedException _) {
      // The agent was killed.
    }
  }

  private synchronized void note(int number, String answer) {
    if (answer.equals("ok 1")) {
      acknowledged.set(number);
    } else if (answer.startsWith("error: ")) {
      refused++;
    } else {
      throw new IllegalStateException("expected ok 1 or an error, got '" + answer + "'");
    }
  }

  int sent() {
    return next.get();
  }

  synchronized BitSet acknowledged() {
    return (BitSet) acknowledged.clone();
  }

  synchronized int refused() {
    return refused;
  }
}
