// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A file that is put aside as `name.1` when it is full, the one before it as `name.2`, and so on;
/// the oldest goes. Together they never hold more than their number times the size. For one thread
/// at a time.
final class RotatingFile implements AutoCloseable {
  private final Path file;
  private final long maxBytes;
  private final int files;
  private OutputStream out = OutputStream.nullOutputStream();
  private long sizeBytes;

  /// Goes on in the file if it is there.
  RotatingFile(Path file, long maxBytes, int files) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.files = files;
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    dropBeyond();
    begin();
  }

  /// A smaller number of files than last time holds at once.
  private void dropBeyond() throws IOException {
    for (Path old : aside()) {
      if (number(old) >= files) {
        Files.delete(old);
      }
    }
  }

  private List<Path> aside() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    String prefix = file.getFileName() + ".";
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().startsWith(prefix))
          .filter(path -> number(path) > 0)
          .toList();
    }
  }

  private int number(Path path) {
    String name = path.getFileName().toString();
    String end = name.substring(name.lastIndexOf('.') + 1);
    return end.matches("[1-9]\\d{0,3}") ? Integer.parseInt(end) : 0;
  }

  /// Not a channel: that is closed for good when an interrupted thread writes.
  private void begin() throws IOException {
    out = new FileOutputStream(file.toFile(), true);
    sizeBytes = Files.size(file);
  }

  /// Appends a line, cut to the size of a file.
  void write(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes) {
      bytes = cut(bytes);
    }
    if (sizeBytes + bytes.length > maxBytes) {
      rotate();
    }
    out.write(bytes);
    sizeBytes += bytes.length;
  }

  private byte[] cut(byte[] bytes) {
    byte[] cut = Arrays.copyOf(bytes, (int) maxBytes);
    cut[cut.length - 1] = '\n';
    return cut;
  }

  private void rotate() throws IOException {
    out.close();
    try {
      for (int number = files - 1; number > 0; number--) {
        move(number == 1 ? file : numbered(number - 1), numbered(number));
      }
      if (files == 1) {
        Files.deleteIfExists(file);
      }
    } finally {
      begin();
    }
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      // There are not that many yet.
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
