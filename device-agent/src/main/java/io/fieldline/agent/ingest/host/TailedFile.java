// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.config.SourceConfig;
import io.fieldline.agent.config.SourceConfig.TailedFile.From;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.agent.ingest.ReadingException;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.ingest.ReadingParser;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the lines that are added to a file. Its place moves only after the readings are on the
/// disk, so that a crash may bring the last lines twice and never loses one; a file that was
/// renamed is read to its end before the new one is begun, one that was cut short from its start.
public final class TailedFile implements Polling.Question, AutoCloseable {
  private static final int CHUNK_BYTES = 256 * 1024;

  private final SourceConfig.TailedFile config;
  private final String source;
  private final ReadingParser parser;
  private final Intake intake;
  private final Path stateFile;
  private final RotatedFiles files;
  private @Nullable FileChannel channel;
  private Optional<FilePlace> place;

  /// @param source its name in metrics
  /// @param folder where its place is kept
  public TailedFile(
      SourceConfig.TailedFile config,
      String source,
      ReadingParser parser,
      Intake intake,
      Path folder)
      throws IOException {
    this.config = config;
    this.source = source;
    this.parser = parser;
    this.intake = intake;
    this.files = new RotatedFiles(config.path());
    this.stateFile = Files.createDirectories(folder).resolve(config.name() + ".place");
    this.place = FilePlace.load(stateFile);
  }

  @Override
  public void ask() throws IOException, ReadingException, InterruptedException {
    FileChannel open = open();
    while (take(open)) {
      // As long as there are whole lines.
    }
    while (wasReplaced()) {
      // Nothing is added to the old one any more once the new one is there: one more look.
      while (take(open)) {
        // To its end.
      }
      Path next = files.after(place.orElseThrow().key());
      close();
      open = openAt(next);
      move(FilePlace.startOf(next, open));
      while (take(open)) {
        // As above.
      }
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open != null) {
      return open;
    }
    Path path = config.path();
    if (place.isPresent()) {
      // The file that was read last may have another name by now, or be gone.
      path = files.current(place.get()).orElse(files.after(place.get().key()));
    }
    try {
      open = openAt(path);
    } catch (NoSuchFileException e) {
      throw new IOException("a file expected at " + config.path() + ", nothing is there", e);
    }
    if (place.isEmpty() || !place.get().isOf(path, open)) {
      boolean fromEnd = place.isEmpty() && config.from() == From.END;
      move(fromEnd ? FilePlace.endOf(path, open) : FilePlace.startOf(path, open));
    }
    return open;
  }

  private FileChannel openAt(Path path) throws IOException {
    FileChannel open = FileChannel.open(path, StandardOpenOption.READ);
    channel = open;
    return open;
  }

  private boolean wasReplaced() throws IOException {
    return place.isPresent()
        && Files.exists(config.path())
        && !FilePlace.key(config.path()).equals(place.get().key());
  }

  /// Takes the next whole lines; false if there are none.
  private boolean take(FileChannel open) throws IOException, InterruptedException {
    FilePlace at = place.orElseThrow();
    if (open.size() < at.position()) {
      at = at.atStart();
    }
    ByteBuffer buffer = ByteBuffer.allocate(Math.max(CHUNK_BYTES, config.maxLineBytes() + 1));
    while (buffer.hasRemaining() && open.read(buffer, at.position() + buffer.position()) > 0) {
      // Until the buffer or the file is at its end.
    }
    int end = lastNewline(buffer) + 1;
    if (end == 0) {
      if (buffer.position() <= config.maxLineBytes()) {
        return false;
      }
      // A line without end: what is there of it is left out.
      intake.refused(source, tooLong());
      move(at.after(buffer.position(), open));
      return true;
    }
    List<Reading> readings = readings(Arrays.copyOf(buffer.array(), end));
    if (!readings.isEmpty()) {
      intake.accept(source, readings);
    }
    move(at.after(end, open));
    return true;
  }

  private static int lastNewline(ByteBuffer buffer) {
    int at = buffer.position() - 1;
    while (at >= 0 && buffer.get(at) != '\n') {
      at--;
    }
    return at;
  }

  /// Nobody can be told what is wrong with a line of a file: it is counted and left out.
  private List<Reading> readings(byte[] lines) {
    List<Reading> readings = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] != '\n') {
        continue;
      }
      byte[] line = Arrays.copyOfRange(lines, start, i);
      start = i + 1;
      try {
        if (line.length > config.maxLineBytes()) {
          throw tooLong();
        }
        if (!isBlank(line)) {
          readings.addAll(parser.lines(line, config.device()));
        }
      } catch (ReadingException e) {
        intake.refused(source, e);
      }
    }
    return readings;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private ReadingException tooLong() {
    return new ReadingException(
        Reason.SIZE, "a line of at most " + config.maxLineBytes() + " bytes expected");
  }

  private void move(FilePlace next) throws IOException {
    next.save(stateFile);
    place = Optional.of(next);
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
