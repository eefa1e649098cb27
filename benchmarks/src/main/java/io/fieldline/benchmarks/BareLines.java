// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Answers `ok 1` to every line and does nothing with it: what lines cost without an agent.
public final class BareLines {
  private static final byte[] OK = "ok 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER = 8192;

  private BareLines() {}

  public static void main(String[] args) throws IOException {
    try (var server = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"))) {
      System.out.println("ready " + server.getLocalPort());
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new byte[BUFFER];
      var out = new byte[BUFFER * OK.length];
      for (int n = socket.getInputStream().read(in); n > 0; n = socket.getInputStream().read(in)) {
        int length = 0;
        for (int i = 0; i < n; i++) {
          if (in[i] == '\n') {
            System.arraycopy(OK, 0, out, length, OK.length);
            length += OK.length;
          }
        }
        socket.getOutputStream().write(out, 0, length);
      }
    } catch (IOException ended) {
      // The sensor is gone.
    }
  }
}
