// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// What may lie between an agent and its cloud: it carries bytes to a port of this machine, or
/// swallows them, and can be an HTTP proxy that wants a password.
public final class NetworkBetween implements AutoCloseable {
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile int to;
  private volatile boolean away;
  private volatile int bytesPerSecond = Integer.MAX_VALUE;
  private final String credentials;
  private final List<String> requests = new ArrayList<>();
  private volatile int swallowUpTo;
  private volatile int connections;

  /// Carries each connection to that port.
  public NetworkBetween(int to) throws IOException {
    this(to, "");
  }

  /// Carries each connection to that port.
  ///
  /// @param credentials `user:password` that a CONNECT must carry; empty: it is no proxy
  public NetworkBetween(int to, String credentials) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.to = to;
    this.credentials = credentials;
    Thread.ofVirtual().start(this::accept);
  }

  /// Where it listens.
  public int port() {
    return server.getLocalPort();
  }

  /// How many there were.
  public int connections() {
    return connections;
  }

  /// The first lines of what it was asked as a proxy.
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /// From now on nothing comes through on the connections that are there; they stay open.
  public void swallow() {
    swallowUpTo = connections;
  }

  /// New connections lead to that port.
  public void leadTo(int port) {
    to = port;
  }

  /// Whether new connections are ended at once, as where nobody listens any more.
  public void beAway(boolean now) {
    away = now;
  }

  /// How many bytes pass in a second, in each direction of a connection.
  public void slowDown(int toBytesPerSecond) {
    bytesPerSecond = toBytesPerSecond;
  }

  /// Ends all connections with RST: what was on its way is gone.
  public void reset() throws IOException {
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (SocketException e) {
        // It was closed meanwhile.
      }
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        int number = ++connections;
        Thread.ofVirtual().start(() -> serve(near, number));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket near, int number) {
    sockets.add(near);
    try (near) {
      if (away) {
        return;
      }
      if (!credentials.isEmpty() && !isLetThrough(near)) {
        return;
      }
      try (Socket far = new Socket(InetAddress.getLoopbackAddress(), to)) {
        Thread back = Thread.ofVirtual().start(() -> copy(far, near, number));
        copy(near, far, number);
        back.join();
      }
    } catch (IOException | InterruptedException e) {
      // The connection has ended.
    } finally {
      sockets.remove(near);
    }
  }

  private boolean isLetThrough(Socket near) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(near.getInputStream(), StandardCharsets.US_ASCII), 1);
    List<String> head = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.add(line);
    }
    synchronized (this) {
      requests.add(head.getFirst());
    }
    String wanted =
        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    boolean passes = head.stream().anyMatch(line -> line.endsWith(wanted));
    String answer = passes ? "200 Connection established" : "407 Proxy Authentication Required";
    near.getOutputStream()
        .write(("HTTP/1.1 " + answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    return passes;
  }

  private void copy(Socket from, Socket into, int number) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (number > swallowUpTo) {
          pass(out, buffer, count);
        }
      }
      if (number > swallowUpTo) {
        into.shutdownOutput();
      }
    } catch (IOException e) {
      // The connection has ended.
    }
  }

  private void pass(OutputStream out, byte[] bytes, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int rate = bytesPerSecond;
      int next = rate == Integer.MAX_VALUE ? count - done : Math.min(count - done, rate / 20);
      if (rate != Integer.MAX_VALUE) {
        LockSupport.parkNanos(50_000_000);
      }
      out.write(bytes, done, next);
      done += next;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
