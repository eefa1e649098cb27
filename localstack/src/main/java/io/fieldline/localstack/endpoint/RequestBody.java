// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A request's body, handed from the connection's event loop to the thread that reads it. The
/// reader asks for more; so a slow reader slows the sender and nothing piles up.
final class RequestBody extends InputStream {
  private final Runnable more;
  private final Queue<byte[]> parts = new ArrayDeque<>();
  private byte[] current = new byte[0];
  private int position;
  private boolean complete;
  private @Nullable String failure;

  /// @param more asks the connection for the next part; called from the reader's thread
  RequestBody(Runnable more) {
    this.more = more;
  }

  synchronized void add(byte[] part) {
    if (part.length > 0) {
      parts.add(part);
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
      more.run();
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for the body", e);
      }
    }
    current = parts.remove();
    position = 0;
    return true;
  }
}
