// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// One file of the log. Written by the spool's thread only; the written part may be read by any
/// thread while it exists.
final class Segment {
  private static final int MAX_BODY_BYTES = 16 << 20;

  private final long number;
  private final Path file;
  private final FileChannel channel;
  private volatile long sizeBytes;

  private Segment(long number, Path file, FileChannel channel, long sizeBytes) {
    this.number = number;
    this.file = file;
    this.channel = channel;
    this.sizeBytes = sizeBytes;
  }

  /// Opens the segment of that number, creating it if it is not there.
  static Segment open(Path folder, long number) throws IOException {
    Path file = folder.resolve("%010d.log".formatted(number));
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new Segment(number, file, channel, channel.size());
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
      at += channel.write(frames, at);
    }
    sizeBytes = at;
  }

  void force() throws IOException {
    channel.force(false);
  }

  void truncate(long toBytes) throws IOException {
    sizeBytes = toBytes;
    channel.truncate(toBytes);
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
    return Optional.of(new Frame(body, end));
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException(
            file + ": " + length + " bytes expected at " + offset + ", file ends");
      }
    }
    return buffer.flip();
  }

  void close() throws IOException {
    channel.close();
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  /// A sound record's body and the offset after it.
  record Frame(byte[] body, long endOffset) {
    byte type() {
      return body[0];
    }
  }
}
