// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.FaultyDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An open file of a [FaultyDisk]. A write that fails may be done in part.
final class FaultyChannel extends FileChannel {
  private final FaultyDisk disk;
  private final Path file;
  private final FileChannel real;

  FaultyChannel(FaultyDisk disk, Path file, FileChannel real) {
    this.disk = disk;
    this.file = file;
    this.real = real;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    disk.askRead(file, real.position(), to.remaining());
    return real.read(to);
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    disk.askRead(file, position, to.remaining());
    return real.read(to, position);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int written = write(from, real.position());
    real.position(real.position() + written);
    return written;
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    boolean hadPower = !disk.isWithoutPower();
    try {
      disk.ask(Operation.WRITE, file);
    } catch (IOException e) {
      if (hadPower) {
        int part = disk.partOf(from.remaining());
        real.write(from.slice(from.position(), part), position);
        disk.wrote(file, position, part);
      }
      throw e;
    }
    int written = real.write(from, position);
    disk.wrote(file, position, written);
    return written;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long next) throws IOException {
    real.position(next);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    disk.ask(Operation.TRUNCATE, file);
    real.truncate(size);
    disk.truncated(file, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    try {
      disk.ask(Operation.FORCE, file);
    } catch (IOException e) {
      if (!disk.isWithoutPower()) {
        disk.forceFailed(file);
      }
      throw e;
    }
    disk.forced(file);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
