// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/// Batches the cloud will never take, kept aside for a person: one segment of the spool's own
/// format, and the one before it once it is full. Opened at the first of them, so that a disk that
/// takes no writes does not keep the agent from starting.
public final class DeadLetters implements AutoCloseable {
  private static final long NUMBER = 1;

  private final Path folder;
  private final int maxBytes;
  private @Nullable Segment segment;

  /// The dead letters of a folder.
  ///
  /// @param maxBytes of each of the two segments
  public DeadLetters(Path folder, int maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
  }

  /// Keeps a batch; it is on the disk when this returns.
  public synchronized void keep(SealedBatch batch) throws IOException {
    Segment current = writable();
    var record =
        new LogRecord.Sealed(
            batch.id(), batch.readings(), batch.fromMs(), batch.toMs(), batch.payload());
    current.append(ByteBuffer.wrap(RecordCodec.frame(record)));
    current.force();
  }

  private Segment writable() throws IOException {
    Segment current = segment;
    if (current == null) {
      Files.createDirectories(folder);
      current = Segment.open(folder, NUMBER);
    }
    if (current.sizeBytes() > maxBytes) {
      current.close();
      Files.move(
          current.file(), folder.resolve("0000000000.log"), StandardCopyOption.REPLACE_EXISTING);
      current = Segment.open(folder, NUMBER);
    }
    segment = current;
    return current;
  }

  /// Bytes kept, in both segments.
  public synchronized long sizeBytes() {
    return size("0000000000.log") + size("0000000001.log");
  }

  private long size(String name) {
    try {
      return Files.size(folder.resolve(name));
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (segment != null) {
      segment.close();
    }
  }
}
