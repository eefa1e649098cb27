// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/// A file that survives the interruption of a thread which reads or writes it.
///
/// A `FileChannel` is closed for everybody when one of its threads is interrupted, and the store
/// with it: a poller that is told to end would take the whole stack's memory along. A
/// `RandomAccessFile` is not.
///
/// Source: Java API, `java.nio.channels.InterruptibleChannel`.
public final class UninterruptedFile extends FilePathWrapper {
  private static final String SCHEME = "uninterrupted";

  /// Made by the store library, by its scheme.
  public UninterruptedFile() {}

  /// The name under which the store opens the file.
  static String named(String path) {
    return SCHEME + ":" + path;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return new Channel(new RandomAccessFile(getBase().toString(), mode));
  }

  /// A channel whose every access goes by the file's own position, one at a time.
  private static final class Channel extends FileBaseDefault {
    private final RandomAccessFile file;

    Channel(RandomAccessFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public synchronized int read(ByteBuffer into, long position) throws IOException {
      file.seek(position);
      if (into.hasArray()) {
        int read = file.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        if (read > 0) {
          into.position(into.position() + read);
        }
        return read;
      }
      byte[] bytes = new byte[into.remaining()];
      int read = file.read(bytes);
      if (read > 0) {
        into.put(bytes, 0, read);
      }
      return read;
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
      int length = from.remaining();
      file.seek(position);
      if (from.hasArray()) {
        file.write(from.array(), from.arrayOffset() + from.position(), length);
        from.position(from.limit());
      } else {
        byte[] bytes = new byte[length];
        from.get(bytes);
        file.write(bytes);
      }
      return length;
    }

    @Override
    protected void implTruncate(long size) throws IOException {
      if (size < file.length()) {
        file.setLength(size);
      }
    }

    @Override
    public void force(boolean metaData) throws IOException {
      file.getFD().sync();
    }

    /// Asked for once, when the store is opened.
    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.getChannel().tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }
  }
}
