// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Passes Modbus TCP on to a device, counts the requests of each unit, and drops those of one.
final class SilentGateway implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  private final Map<Integer, AtomicInteger> requests = new ConcurrentHashMap<>();
  private final InetSocketAddress device;
  private final int silent;

  SilentGateway(InetSocketAddress device, int silent) throws IOException {
    this.device = device;
    this.silent = silent;
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  int requestsOf(int unit) {
    return requests.computeIfAbsent(unit, _ -> new AtomicInteger()).get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket agent = server.accept();
        Thread.ofVirtual().start(() -> pass(agent));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void pass(Socket agent) {
    try (agent;
        var there = new Socket(device.getAddress(), device.getPort())) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              there.getInputStream().transferTo(agent.getOutputStream());
            } catch (IOException e) {
              Thread.currentThread().interrupt();
            }
          });
      var in = new DataInputStream(agent.getInputStream());
      while (true) {
        byte[] header = new byte[7];
        in.readFully(header);
        byte[] pdu = new byte[((header[4] & 0xff) << 8 | header[5] & 0xff) - 1];
        in.readFully(pdu);
        int unit = header[6] & 0xff;
        requests.computeIfAbsent(unit, _ -> new AtomicInteger()).incrementAndGet();
        if (unit != silent) {
          there.getOutputStream().write(header);
          there.getOutputStream().write(pdu);
        }
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
