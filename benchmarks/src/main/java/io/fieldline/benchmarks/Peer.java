// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/// A program that stands between sensors and the cloud on a gateway.
interface Peer {
  String name();

  /// Starts it on a folder, which may hold what an earlier run kept there; it is to deliver to this
  /// port of localhost, by mutual TLS and QoS 1.
  Running start(Path folder, int cloud) throws Exception;

  /// @param inputs where sensors send to, the usual one first; they may be opened once `ready`
  record Running(Program program, List<Input> inputs) implements AutoCloseable {
    @Override
    public void close() {
      program.close();
    }
  }

  /// @param kept where what is acknowledged is by then
  record Input(String name, Kept kept, int connections, int atOnce, Feed.Opening opening) {
    Feed feed() throws IOException {
      return new Feed(opening, connections, atOnce);
    }
  }

  /// What an acknowledgement is worth.
  enum Kept {
    ON_DISK("on disk before it is acknowledged"),
    SAVED_AFTER("saved after it is acknowledged"),
    IN_MEMORY("in memory when it is acknowledged");

    private final String text;

    Kept(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
