// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One file of the log. Written by the spool's thread only; the written part may be read by any
/// thread while it exists. A file is opened when it is first read, so that a backlog of many files
/// costs neither time nor descriptors at a start.
final class Segment {
  private static final int MAX_BODY_BYTES = 16 << 20;
  private static final int WINDOW_BYTES = 1 << 16;

  /// What is read or not: a page, which disks and cards give back as a whole.
  private static final int BLOCK_BYTES = 4096;

  private final long number;
  private final Path file;
  private final Set<OpenOption> how;
  private @Nullable FileChannel channel;
  private volatile long sizeBytes;
  private volatile Set<Long> givenUp = Set.of();

  private Segment(long number, Path file, Set<OpenOption> how, long sizeBytes) {
    this.number = number;
    this.file = file;
    this.how = how;
    this.sizeBytes = sizeBytes;
  }

  /// The segment of that number, which is there; only read from here on.
  static Segment existing(Path folder, long number) throws IOException {
    Path file = fileOf(folder, number);
    return new Segment(number, file, Set.of(StandardOpenOption.READ), Files.size(file));
  }

  /// The segment of that number to write to, creating it if it is not there.
  static Segment open(Path folder, long number) throws IOException {
    Path file = fileOf(folder, number);
    Set<OpenOption> how =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var segment = new Segment(number, file, how, 0);
    segment.sizeBytes = segment.channel().size();
    return segment;
  }

  private static Path fileOf(Path folder, long number) {
    return folder.resolve("%010d.log".formatted(number));
  }

  private synchronized FileChannel channel() throws IOException {
    // Java closes the channel of a thread that is interrupted while it reads.
    if (channel == null || !channel.isOpen()) {
      channel = FileChannel.open(file, how);
    }
    return channel;
  }

  long number() {
    return number;
  }

  Path file() {
    return file;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /// When it was last written to, by the clock of the machine at that time.
  long lastWrittenMs() throws IOException {
    return Files.getLastModifiedTime(file).toMillis();
  }

  /// Position in the log of an offset in this segment.
  long position(long offset) {
    return number << 32 | offset;
  }

  static long numberOf(long position) {
    return position >>> 32;
  }

  static long offsetOf(long position) {
    return position & 0xFFFF_FFFFL;
  }

  /// Writes at the end; what is written counts only after [#force()].
  void append(ByteBuffer frames) throws IOException {
    long at = sizeBytes;
    while (frames.hasRemaining()) {
      at += channel().write(frames, at);
    }
    sizeBytes = at;
  }

  void force() throws IOException {
    channel().force(false);
  }

  void truncate(long toBytes) throws IOException {
    sizeBytes = toBytes;
    channel().truncate(toBytes);
  }

  /// Ends the segment at this offset for good, or, where the disk takes no writes, for this run;
  /// what is before it is on the disk when this returns.
  void settleAt(long offset) throws IOException {
    sizeBytes = offset;
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.truncate(offset);
      out.force(true);
    }
  }

  /// Writes again what it holds, byte for byte, and forces it: after a force that failed, the
  /// system may believe that it is on the disk. What was given up stays as it is. Source: Rebello
  /// and others, "Can Applications Recover from fsync Failures?", 2020.
  void rewrite() throws IOException {
    long end = sizeBytes;
    int step = givenUp.isEmpty() ? WINDOW_BYTES : BLOCK_BYTES;
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.truncate(end);
      for (long at = 0; at < end; at += step) {
        long until = Math.min(at + step, end);
        if (!hasGivenUp(at, until)) {
          write(out, read(at, (int) (until - at)), at);
        }
      }
      out.force(true);
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes, long offset) throws IOException {
    long to = offset;
    while (bytes.hasRemaining()) {
      to += out.write(bytes, to);
    }
  }

  /// What follows this offset is not to be read: it was never promised.
  void endAt(long offset) {
    sizeBytes = offset;
  }

  /// The frame at an offset, or empty if there is no whole, sound one.
  Optional<Frame> frameAt(long offset, long endOffset) throws IOException {
    if (offset + RecordCodec.HEADER_BYTES > endOffset) {
      return Optional.empty();
    }
    ByteBuffer header = read(offset, RecordCodec.HEADER_BYTES);
    int length = header.getInt();
    int checksum = header.getInt();
    long end = offset + RecordCodec.HEADER_BYTES + length;
    if (length < 1 || length > MAX_BODY_BYTES || end > endOffset) {
      return Optional.empty();
    }
    byte[] body = read(offset + RecordCodec.HEADER_BYTES, length).array();
    if (RecordCodec.checksum(body, 0, length) != checksum) {
      return Optional.empty();
    }
    return Optional.of(new Frame(body, offset, end));
  }

  /// The first sound frame at or after an offset: what lies before it is damaged.
  Optional<Frame> soundFrameFrom(long offset, long endOffset) throws IOException {
    Optional<Frame> found = frameAt(offset, endOffset);
    long last = endOffset - RecordCodec.HEADER_BYTES - 1;
    for (long from = offset + 1; found.isEmpty() && from <= last; from += WINDOW_BYTES) {
      int length = (int) Math.min(WINDOW_BYTES + RecordCodec.HEADER_BYTES, endOffset - from);
      ByteBuffer window = read(from, length);
      for (int i = 0; found.isEmpty() && i < WINDOW_BYTES && from + i <= last; i++) {
        if (mayBeginFrame(window, i, endOffset - from)) {
          found = frameAt(from + i, endOffset);
        }
      }
    }
    return found;
  }

  /// Cheap, so that few checksums are made for nothing: a length that fits and a known type.
  private static boolean mayBeginFrame(ByteBuffer window, int at, long room) {
    int length = window.getInt(at);
    byte type = window.get(at + RecordCodec.HEADER_BYTES);
    return length >= 1
        && length <= Math.min(MAX_BODY_BYTES, room - at - RecordCodec.HEADER_BYTES)
        && type >= 1
        && type <= RecordCodec.LAST_TYPE;
  }

  /// The bytes between two offsets, of which there are few.
  byte[] bytes(long offset, long endOffset) throws IOException {
    return read(offset, Math.toIntExact(endOffset - offset)).array();
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    if (givenUp.isEmpty()) {
      fill(buffer, offset);
    }
    while (buffer.hasRemaining()) {
      long at = offset + buffer.position();
      long block = at / BLOCK_BYTES;
      int end = (int) Math.min(length, (block + 1) * BLOCK_BYTES - offset);
      if (!givenUp.contains(block)) {
        fill(buffer.slice(buffer.position(), end - buffer.position()), at);
      }
      buffer.position(end);
    }
    return buffer.flip();
  }

  private void fill(ByteBuffer buffer, long offset) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel().read(buffer, offset + buffer.position()) < 0) {
        throw new IOException(
            file + ": " + buffer.limit() + " bytes expected at " + offset + ", file ends");
      }
    }
  }

  /// Gives up what cannot be read between two offsets: it reads as zeros from now on, in which no
  /// record is found. A file that is there and cannot be opened is left as it is: that may be for
  /// want of a descriptor.
  void giveUpUnreadable(long offset, long endOffset) throws ClosedChannelException {
    boolean isGone = Files.notExists(file);
    if (!isGone && !canBeOpened()) {
      return;
    }
    Set<Long> blocks = new HashSet<>(givenUp);
    for (long block = offset / BLOCK_BYTES; block * BLOCK_BYTES < endOffset; block++) {
      if (isGone || !isReadable(block, endOffset)) {
        blocks.add(block);
      }
    }
    givenUp = Set.copyOf(blocks);
  }

  private boolean canBeOpened() {
    try {
      return channel().isOpen();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isReadable(long block, long endOffset) throws ClosedChannelException {
    long from = block * BLOCK_BYTES;
    try {
      fill(ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, endOffset - from)), from);
      return true;
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether something between two offsets was given up.
  boolean hasGivenUp(long offset, long endOffset) {
    return givenUp.stream()
        .anyMatch(block -> (block + 1) * BLOCK_BYTES > offset && block * BLOCK_BYTES < endOffset);
  }

  /// Gives the descriptor back; the next use opens the file again.
  synchronized void close() throws IOException {
    FileChannel opened = channel;
    channel = null;
    if (opened != null) {
      opened.close();
    }
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  /// A sound record's body and where it lies.
  record Frame(byte[] body, long offset, long endOffset) {
    byte type() {
      return body[0];
    }
  }
}
