// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files that are whole or not there, whatever ends the program, and that only their owner reads.
///
/// Source: rename(2), and fsync(2) for that a folder's entries need an fsync of the folder.
public final class DurableFile {
  private DurableFile() {}

  /// Makes the folder, which only its owner may enter, unless it is there.
  public static void folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /// Puts the content under that name, in a folder that is made if it is not there; it is on the
  /// disk when this returns.
  public static void write(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      folder(folder);
    }
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    try (FileChannel out =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    move(draft, file);
  }

  /// Gives a file another name in its folder, in place of what has that name.
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(to);
  }

  /// Keeps a file under a second name too, in place of what has that name.
  public static void keep(Path file, Path second) throws IOException {
    Files.deleteIfExists(second);
    try {
      Files.createLink(second, file);
    } catch (FileSystemException | UnsupportedOperationException e) {
      // A file system without links, or a file that is another user's.
      write(second, Files.readAllBytes(file));
    }
    sync(second);
  }

  /// Removes a file if it is there.
  public static void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      sync(file);
    }
  }

  private static void sync(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }
}
