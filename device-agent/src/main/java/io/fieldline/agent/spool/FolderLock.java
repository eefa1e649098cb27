// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// One agent per folder: an operating system lock that goes with the process, however it ends.
final class FolderLock implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FolderLock.class.getName());

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  static FolderLock take(Path folder) throws IOException {
    Path file = folder.resolve("lock");
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      return shared(file, e);
    }
    if (tryLock(channel) == null) {
      channel.close();
      String owner = Files.readString(file).strip();
      throw new SpoolException(
          SpoolException.Reason.LOCKED,
          "spool folder "
              + folder
              + " is in use by process "
              + (owner.isEmpty() ? "?" : owner)
              + ": one agent per folder");
    }
    try {
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "process number not written: the disk is full", e);
    }
    return new FolderLock(channel);
  }

  /// On a file system that can only be read nobody can spoil the log; what it holds still goes out.
  private static FolderLock shared(Path file, FileSystemException why) throws IOException {
    if (!Files.isReadable(file)) {
      throw why;
    }
    LOG.log(
        Level.WARNING, "spool folder cannot be written to, nothing is accepted: file={0}", file);
    return new FolderLock(FileChannel.open(file, StandardOpenOption.READ));
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
