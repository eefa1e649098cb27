// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The line between a peer and the cloud: counts its bytes, and fails as lines do.
///
/// The bytes are those of TCP's content, TLS included; the headers of IP and TCP are not.
final class Wire implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;

  private final int target;
  private final int port;
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;
  private @Nullable ServerSocket server;

  Wire(int target) throws IOException {
    this.target = target;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    mend();
  }

  int port() {
    return port;
  }

  /// Bytes in both directions so far.
  long bytes() {
    return up.get() + down.get();
  }

  long bytesUp() {
    return up.get();
  }

  /// Connections taken so far.
  long accepted() {
    return accepted.get();
  }

  /// Takes connections, and carries what they say.
  void mend() throws IOException {
    silent = false;
    if (server != null) {
      return;
    }
    var listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    server = listening;
    Thread.ofPlatform().daemon().name("wire").start(() -> accept(listening));
  }

  /// Ends every connection and refuses new ones.
  void cut() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  /// Ends every connection; new ones are taken, and carried.
  void drop() throws IOException {
    silent = false;
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  /// Carries nothing any more, and tells nobody: as a mast that fell. New connections are taken by
  /// the kernel and hear nothing either.
  void fallSilent() {
    silent = true;
  }

  private void accept(ServerSocket listening) {
    while (true) {
      try {
        Socket peer = listening.accept();
        accepted.incrementAndGet();
        var cloud = new Socket(InetAddress.getLoopbackAddress(), target);
        peer.setTcpNoDelay(true);
        cloud.setTcpNoDelay(true);
        open.add(peer);
        open.add(cloud);
        Thread.ofPlatform().daemon().start(() -> carry(peer, cloud, up));
        Thread.ofPlatform().daemon().start(() -> carry(cloud, peer, down));
      } catch (IOException ended) {
        if (listening.isClosed()) {
          return;
        }
      }
    }
  }

  private void carry(Socket from, Socket to, AtomicLong count) {
    var buffer = new byte[BUFFER];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (silent) {
          lost(from);
          return;
        }
        count.addAndGet(n);
        out.write(buffer, 0, n);
      }
      if (silent) {
        lost(from);
      }
    } catch (IOException ended) {
      // Either side is gone: so is the other.
    }
  }

  /// What was read is nowhere; the connection stays as it is until the line is cut.
  private void lost(Socket from) {
    while (silent && !from.isClosed()) {
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
