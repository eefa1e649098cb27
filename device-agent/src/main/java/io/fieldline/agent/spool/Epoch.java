// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// The number that tells the sequence numbers of this folder from those of an earlier one, and from
/// those that it may have given out and does not know of any more.
final class Epoch {
  private static final Logger LOG = System.getLogger(Epoch.class.getName());
  private static final long FIRST_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private final Path folder;
  private final Clock clock;
  private volatile long value;

  private Epoch(Path folder, Clock clock, long value) {
    this.folder = folder;
    this.clock = clock;
    this.value = value;
  }

  /// The folder's epoch, made and kept at the first call. Where it cannot be read, another one
  /// begins: what is sealed already says its own.
  static Epoch of(Path folder, Clock clock) throws IOException {
    Path file = folder.resolve("epoch");
    var epoch = new Epoch(folder, clock, 0);
    if (Files.exists(file)) {
      String text = text(file);
      if (text.matches("\\d{1,18}")) {
        epoch.value = Long.parseLong(text);
        return epoch;
      }
      LOG.log(
          Level.WARNING,
          "epoch milliseconds expected, another epoch begins: file={0} got={1}",
          file,
          text);
    }
    epoch.write(epoch.fresh());
    return epoch;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  long value() {
    return value;
  }

  /// Another one begins: the log may have given out numbers, and sent them, that it does not know
  /// of. A disk that does not take it is not the reason to stop: it is another one for this run.
  void renew() {
    long next = fresh();
    try {
      write(next);
    } catch (IOException e) {
      value = next;
      LOG.log(Level.WARNING, "epoch not written: folder={0}", folder, e);
    }
  }

  private long fresh() {
    long nowMs = clock.millis();
    // A clock that was never set would give the same number again to the next folder.
    return nowMs < FIRST_MS
        ? RandomGenerator.getDefault().nextLong(1, FIRST_MS)
        : Math.max(nowMs, value + 1);
  }

  private void write(long next) throws IOException {
    Path file = folder.resolve("epoch");
    Path draft = folder.resolve("epoch.new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap((next + "\n").getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    LogFiles.forceFolder(folder);
    value = next;
  }
}
