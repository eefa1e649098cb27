// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The segments of a spool's folder, oldest first. Changed by the spool's thread only.
final class LogFiles {
  private final Path folder;
  private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

  private LogFiles(Path folder) {
    this.folder = folder;
  }

  static LogFiles open(Path folder) throws IOException {
    var files = new LogFiles(folder);
    if (!Files.isDirectory(folder)) {
      return files;
    }
    List<Path> logs = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> file.getFileName().toString().matches("\\d{10}\\.log")).forEach(logs::add);
    }
    for (Path log : logs) {
      long number = Long.parseLong(log.getFileName().toString().substring(0, 10));
      files.segments.put(number, Segment.existing(folder, number));
    }
    return files;
  }

  List<Segment> oldestFirst() {
    return List.copyOf(segments.values());
  }

  /// Begins a new segment after all others.
  Segment begin() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    long number = segments.isEmpty() ? 1 : segments.lastKey() + 1;
    Segment segment = Segment.open(folder, number);
    forceFolder(folder);
    segments.put(number, segment);
    return segment;
  }

  /// Makes the names of new files survive a power cut.
  static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Nullable Segment segment(long number) {
    return segments.get(number);
  }

  @Nullable Segment after(long number) {
    var next = segments.higherEntry(number);
    return next == null ? null : next.getValue();
  }

  @Nullable Segment oldest() {
    var first = segments.firstEntry();
    return first == null ? null : first.getValue();
  }

  /// Where the log ends.
  long end() {
    var last = segments.lastEntry();
    return last == null ? 0 : last.getValue().position(last.getValue().sizeBytes());
  }

  int count() {
    return segments.size();
  }

  long sizeBytes() {
    long total = 0;
    for (Segment segment : segments.values()) {
      total += segment.sizeBytes();
    }
    return total;
  }

  long sizeBytesFrom(long position) {
    long total = 0;
    for (Segment segment : segments.tailMap(Segment.numberOf(position)).values()) {
      total += segment.sizeBytes();
      if (segment.number() == Segment.numberOf(position)) {
        total -= Math.min(segment.sizeBytes(), Segment.offsetOf(position));
      }
    }
    return total;
  }

  void delete(Segment segment) throws IOException {
    segment.delete();
    segments.remove(segment.number());
  }

  void close() throws IOException {
    for (Segment segment : segments.values()) {
      segment.close();
    }
  }
}
