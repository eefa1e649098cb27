// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
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

/// The number that tells the sequence numbers of this folder from those of an earlier one.
final class Epoch {
  private static final long FIRST_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private Epoch() {}

  /// The folder's epoch, made and kept at the first call.
  static long of(Path folder, Clock clock) throws IOException {
    Path file = folder.resolve("epoch");
    if (Files.exists(file)) {
      String text = Files.readString(file).strip();
      if (!text.matches("\\d{1,18}")) {
        throw new IOException(file + ": epoch milliseconds expected, got '" + text + "'");
      }
      return Long.parseLong(text);
    }
    long epoch = clock.millis();
    if (epoch < FIRST_MS) {
      // A clock that was never set would give the same number again to the next folder.
      epoch = RandomGenerator.getDefault().nextLong(1, FIRST_MS);
    }
    Path draft = folder.resolve("epoch.new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap((epoch + "\n").getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    LogFiles.forceFolder(folder);
    return epoch;
  }
}
