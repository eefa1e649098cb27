// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Connections to sensors that are servers.
public final class Sockets {
  private static final Logger LOG = System.getLogger(Sockets.class.getName());

  private Sockets() {}

  /// A connection to an address that is looked up now.
  ///
  /// @throws IOException naming the address
  public static Socket connect(InetSocketAddress address, Duration atMost) throws IOException {
    var at = new InetSocketAddress(address.getHostString(), address.getPort());
    String where = address.getHostString() + ":" + address.getPort();
    if (at.isUnresolved()) {
      throw new UnknownHostException("no address is known for " + address.getHostString());
    }
    var socket = new Socket();
    try {
      socket.connect(at, (int) atMost.toMillis());
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      return socket;
    } catch (SocketTimeoutException e) {
      close(socket);
      // Not the same as an answer that is late: nothing can be asked there.
      throw new ConnectException(
          "no connection to " + where + " within " + atMost.toMillis() + " ms");
    } catch (IOException e) {
      close(socket);
      throw new ConnectException("no connection to " + where + ": " + e.getMessage());
    }
  }

  /// Ends what is said to the other end, and takes what it still says, unread, until it ends too or
  /// a bound is met. A socket closed while bytes wait in it resets the connection, and with it goes
  /// what the other end has not read yet: the answer that tells it why.
  ///
  /// Source: RFC 9293, 3.6.1 (half-closed connections); RFC 2525, 2.17 (data unread at a close).
  static void halfCloseAndDrain(Socket socket, Duration atMost, int atMostBytes)
      throws IOException {
    socket.shutdownOutput();
    long end = System.nanoTime() + atMost.toNanos();
    byte[] unread = new byte[8 * 1024];
    int taken = 0;
    while (taken < atMostBytes) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (leftMs < 1) {
        return;
      }
      socket.setSoTimeout((int) leftMs);
      int length;
      try {
        length = socket.getInputStream().read(unread);
      } catch (SocketTimeoutException e) {
        return;
      }
      if (length < 0) {
        return;
      }
      taken += length;
    }
  }

  /// Ends a connection, whatever state it is in.
  public static void close(@Nullable Socket socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "connection did not close", e);
      }
    }
  }
}
