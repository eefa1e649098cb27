// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/// Both directions of something that bytes come and go on: a socket or a serial port.
public interface Link {
  /// Some bytes, or -1 at the end.
  ///
  /// @throws java.net.SocketTimeoutException if none came in time
  int read(byte[] chunk, Duration atMost) throws IOException, InterruptedException;

  /// Where to write.
  OutputStream out() throws IOException;

  /// A socket as a link.
  static Link of(Socket socket) {
    return new Link() {
      @Override
      public int read(byte[] chunk, Duration atMost) throws IOException {
        socket.setSoTimeout(Math.clamp(atMost.toMillis(), 1, Integer.MAX_VALUE));
        return socket.getInputStream().read(chunk);
      }

      @Override
      public OutputStream out() throws IOException {
        return socket.getOutputStream();
      }
    };
  }
}
