// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Unpacks a gzipped tar archive of folders and files, and of nothing else: no link, no device, no
/// name that leads out of the folder, no more bytes than were said. All of it is on the disk when
/// it is done, with the times of the archive, which an AOT cache asks for.
///
/// Source: POSIX.1-2024, pax, ustar interchange format.
final class Archive {
  private static final int BLOCK_BYTES = 512;
  private static final int MOST_ENTRIES = 20_000;
  private static final int CHECKSUM_OFFSET = 148;
  private static final int CHECKSUM_BYTES = 8;
  private static final int EXECUTABLE = 0100;

  private final InputStream in;
  private final Path folder;
  private final byte[] block = new byte[BLOCK_BYTES];
  private final byte[] chunk = new byte[64 * 1024];
  private long bytesLeft;
  private int entriesLeft = MOST_ENTRIES;

  private Archive(InputStream in, Path folder, long bytes) {
    this.in = in;
    this.folder = folder;
    this.bytesLeft = bytes;
  }

  /// Unpacks it into a new folder.
  ///
  /// @param bytes how many the files may have together
  static void unpack(Path archive, Path folder, long bytes) throws UpdateException, IOException {
    Files.createDirectory(folder);
    try (InputStream file = Files.newInputStream(archive);
        var in = new GZIPInputStream(file, 64 * 1024)) {
      new Archive(in, folder, bytes).unpack();
    } catch (EOFException | ZipException e) {
      throw new UpdateException("the archive is damaged: " + e.getMessage());
    }
  }

  private record Entry(String name, char type, int mode, long size, long atSeconds) {}

  private void unpack() throws UpdateException, IOException {
    while (true) {
      full(block, BLOCK_BYTES);
      if (isZero(block)) {
        break;
      }
      if (--entriesLeft < 0) {
        throw new UpdateException("at most " + MOST_ENTRIES + " files expected in the archive");
      }
      Entry entry = entry();
      switch (entry.type) {
        case '5' -> Files.createDirectories(path(entry));
        case '0', '\0' -> file(entry, path(entry));
        default ->
            throw new UpdateException(
                "files and folders expected in the archive, got "
                    + entry.name
                    + " of type '"
                    + entry.type
                    + "'");
      }
    }
    try (var folders = Files.walk(folder)) {
      for (Path each : folders.filter(Files::isDirectory).toList()) {
        sync(each);
      }
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private static boolean isZero(byte[] bytes) {
    for (byte each : bytes) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private void full(byte[] into, int length) throws IOException {
    if (in.readNBytes(into, 0, length) != length) {
      throw new EOFException("it ends in the middle");
    }
  }

  private Entry entry() throws UpdateException {
    int sum = 0;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      boolean isSum = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_BYTES;
      sum += isSum ? ' ' : block[i] & 0xff;
    }
    if (sum != number(CHECKSUM_OFFSET, CHECKSUM_BYTES) || !text(257, 5).equals("ustar")) {
      throw new UpdateException("a tar archive of the ustar format expected, got something else");
    }
    String prefix = text(345, 155);
    String name = text(0, 100);
    return new Entry(
        prefix.isEmpty() ? name : prefix + "/" + name,
        (char) (block[156] & 0xff),
        (int) number(100, 8),
        number(124, 12),
        number(136, 12));
  }

  private String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return new String(block, offset, end - offset, StandardCharsets.UTF_8);
  }

  private long number(int offset, int length) throws UpdateException {
    String digits = text(offset, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new UpdateException("an octal number expected in the archive, got '" + digits + "'");
    }
  }

  /// The folder is new and holds no link, so names are all that could lead out of it.
  private Path path(Entry entry) throws UpdateException {
    String name = entry.name.endsWith("/") ? entry.name.replaceAll("/+$", "") : entry.name;
    for (String step : name.split("/", -1)) {
      if (step.isEmpty() || step.equals(".") || step.equals("..") || !step.matches("[ -~]+")) {
        throw new UpdateException(
            "names below the archive's own folder expected, got '" + entry.name + "'");
      }
    }
    return folder.resolve(name);
  }

  private void file(Entry entry, Path path) throws UpdateException, IOException {
    bytesLeft -= entry.size;
    if (bytesLeft < 0) {
      throw new UpdateException("the archive holds more than unpackedBytes");
    }
    if (Files.exists(path)) {
      throw new UpdateException(entry.name + " is in the archive twice");
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    String mode = (entry.mode & EXECUTABLE) != 0 ? "rwxr-xr-x" : "rw-r--r--";
    try (FileChannel out =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
      for (long left = entry.size; left > 0; ) {
        int length = (int) Math.min(left, chunk.length);
        full(chunk, length);
        ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        left -= length;
      }
      // The process's mask may have taken away what everybody needs to run it.
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      Files.setLastModifiedTime(path, FileTime.fromMillis(entry.atSeconds * 1000));
      out.force(true);
    }
    int rest = (int) ((BLOCK_BYTES - entry.size % BLOCK_BYTES) % BLOCK_BYTES);
    full(block, rest);
    Arrays.fill(block, (byte) 0);
  }
}
