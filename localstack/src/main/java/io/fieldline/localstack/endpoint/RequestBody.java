// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request's body, handed from the connection's event loop to the thread that reads it. Where too
/// much of it waits for a slow reader, the connection stops reading until it is taken.
final class RequestBody extends InputStream {
  private static final int STOP_BYTES = 1024 * 1024;

  private final Runnable invitation;
  private final Consumer<Boolean> reading;
  private final Queue<byte[]> parts = new ArrayDeque<>();
  private byte[] current = new byte[0];
  private int position;
  private int waitingBytes;
  private boolean stopped;
  private boolean invited;
  private boolean complete;
  private @Nullable String failure;

  /// @param invitation tells the client, once, that the body is wanted; called from the reader's
  ///   thread
  /// @param reading stops the reading from the socket, or goes on with it
  RequestBody(Runnable invitation, Consumer<Boolean> reading) {
    this.invitation = invitation;
    this.reading = reading;
  }

  synchronized void add(byte[] part) {
    if (part.length > 0) {
      parts.add(part);
      waitingBytes += part.length;
      if (waitingBytes > STOP_BYTES && !stopped) {
        stopped = true;
        reading.accept(false);
      }
    }
    notifyAll();
  }

  synchronized void complete() {
    complete = true;
    notifyAll();
  }

  synchronized void fail(String reason) {
    failure = reason;
    notifyAll();
  }

  synchronized boolean isComplete() {
    return complete;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == current.length && !next()) {
      return -1;
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current, position, into, offset, count);
    position += count;
    return count;
  }

  private synchronized boolean next() throws IOException {
    while (parts.isEmpty()) {
      if (complete) {
        return false;
      }
      if (failure != null) {
        throw new IOException(failure);
      }
      if (!invited) {
        invited = true;
        invitation.run();
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for the body", e);
      }
    }
    current = parts.remove();
    position = 0;
    waitingBytes -= current.length;
    if (stopped && waitingBytes < STOP_BYTES / 2) {
      stopped = false;
      reading.accept(true);
    }
    return true;
  }
}
