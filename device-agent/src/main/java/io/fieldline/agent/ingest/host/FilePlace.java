// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.zip.CRC32C;

/// How far a file was read. A file is known by its inode and by its first bytes, because the number
/// of an inode is used again.
///
/// @param key device and inode, as the platform writes them
/// @param headBytes how many of its first bytes are in the checksum
record FilePlace(String key, long position, int headBytes, long headCrc) {
  private static final int MAX_HEAD = 256;

  static FilePlace startOf(Path path, FileChannel open) throws IOException {
    return new FilePlace(key(path), 0, 0, 0).after(0, open);
  }

  /// After its last whole line.
  static FilePlace endOf(Path path, FileChannel open) throws IOException {
    long position = open.size();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (position > 0) {
      one.clear();
      open.read(one, position - 1);
      if (one.get(0) == '\n') {
        break;
      }
      position--;
    }
    return startOf(path, open).after(position, open);
  }

  static String key(Path path) throws IOException {
    return String.valueOf(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
  }

  boolean isOf(Path path, FileChannel open) throws IOException {
    return key(path).equals(key) && open.size() >= headBytes && crc(open, headBytes) == headCrc;
  }

  /// The place so many bytes further on.
  FilePlace after(long bytes, FileChannel open) throws IOException {
    long next = position + bytes;
    int head = (int) Math.min(MAX_HEAD, next);
    return new FilePlace(key, next, head, crc(open, head));
  }

  /// The same file, which has been cut short.
  FilePlace atStart() {
    return new FilePlace(key, 0, 0, 0);
  }

  private static long crc(FileChannel open, int bytes) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(bytes);
    while (head.hasRemaining() && open.read(head, head.position()) > 0) {
      // Until all is there.
    }
    var crc = new CRC32C();
    crc.update(head.flip());
    return crc.getValue();
  }

  /// Writes it beside and renames: a crash leaves the old one or the new one.
  void save(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    String text = position + "\n" + headBytes + "\n" + headCrc + "\n" + key + "\n";
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// What was saved; what cannot be read counts as nothing, so that the agent always starts.
  static Optional<FilePlace> load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String[] lines = Files.readString(file).split("\n");
    try {
      return Optional.of(
          new FilePlace(
              lines[3],
              Long.parseLong(lines[0]),
              Integer.parseInt(lines[1]),
              Long.parseLong(lines[2])));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
