// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;

/// Sends numbers by TCP, each once the one before was acknowledged, and follows the agent to where
/// it listens after each start.
final class NumberingSensor implements AutoCloseable {
  private static final long PAUSE_NANOS = 10_000_000;

  private final Service service;
  private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
  private final Thread thread;
  private volatile boolean stopping;
  private int next;

  NumberingSensor(Service service) {
    this.service = service;
    this.thread = Thread.ofPlatform().daemon().name("sensor").start(this::run);
  }

  /// The numbers that the agent has said are safe.
  Set<Integer> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  private void run() {
    while (!stopping) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port());
          var in =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        socket.setSoTimeout(2000);
        while (!stopping) {
          int number = next++;
          socket
              .getOutputStream()
              .write(("number=" + number + "\n").getBytes(StandardCharsets.UTF_8));
          String answer = in.readLine();
          if (answer == null) {
            break;
          }
          if (answer.startsWith("ok")) {
            acknowledged.add(number);
          }
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      } catch (IOException _) {
        // It starts anew.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private int port() {
    return service
        .last(" tcp=")
        .map(line -> Integer.parseInt(line.replaceAll(".* tcp=[^:]*:(\\d+).*", "$1")))
        .orElse(1);
  }

  /// Sends nothing more.
  void stop() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
