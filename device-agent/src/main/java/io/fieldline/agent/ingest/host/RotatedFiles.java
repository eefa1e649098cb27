// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A file that is written to and those that it was before it was renamed: `name.1`,
/// `name-20260101`. Source: logrotate(8), how rotated files are named; packed ones are not read.
final class RotatedFiles {
  private final Path path;
  private final Pattern name;

  RotatedFiles(Path path) {
    this.path = path;
    this.name =
        Pattern.compile(Pattern.quote(path.getFileName().toString()) + "([.-][0-9][0-9T:._-]*)?");
  }

  private record Rotated(Path path, String key, FileTime modified) {}

  /// The file of a place, under whatever name it has now.
  Optional<Path> current(FilePlace place) throws IOException {
    for (Rotated file : byAge()) {
      if (file.key.equals(place.key())) {
        try (FileChannel open = FileChannel.open(file.path, StandardOpenOption.READ)) {
          return place.isOf(file.path, open) ? Optional.of(file.path) : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /// The file that was begun after that one. If that one is gone, all that are left came after it:
  /// the oldest, rather twice than never.
  Path after(String key) throws IOException {
    List<Rotated> byAge = byAge();
    for (int i = 0; i < byAge.size(); i++) {
      if (byAge.get(i).key.equals(key)) {
        return i + 1 < byAge.size() ? byAge.get(i + 1).path : path;
      }
    }
    return byAge.isEmpty() ? path : byAge.getFirst().path;
  }

  /// The oldest first; the one that is written to is the youngest, even if nothing is in it yet.
  private List<Rotated> byAge() throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    List<Rotated> files = new ArrayList<>();
    if (folder == null || !Files.isDirectory(folder)) {
      return files;
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (name.matcher(file.getFileName().toString()).matches()) {
          add(file, files);
        }
      }
    }
    files.sort(
        Comparator.comparing((Rotated file) -> file.path.getFileName().equals(path.getFileName()))
            .thenComparing(Rotated::modified));
    return files;
  }

  private static void add(Path file, List<Rotated> files) throws IOException {
    try {
      if (Files.isRegularFile(file)) {
        files.add(new Rotated(file, FilePlace.key(file), Files.getLastModifiedTime(file)));
      }
    } catch (NoSuchFileException e) {
      // Renamed meanwhile: the next look sees it under its new name.
      return;
    }
  }
}
