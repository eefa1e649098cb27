// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Batches the cloud will never take, kept aside for a person: one segment of the spool's own
/// format, and the one before it once it is full. For one thread.
public final class DeadLetters implements AutoCloseable {
  private final Path folder;
  private final int maxBytes;
  private Segment segment;

  /// Opens the dead letters of a folder, creating it if it is not there.
  public DeadLetters(Path folder, int maxBytes) throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    Files.createDirectories(folder);
    this.segment = Segment.open(folder, 1);
  }

  /// Keeps a batch; it is on the disk when this returns.
  public void keep(SealedBatch batch) throws IOException {
    if (segment.sizeBytes() > maxBytes) {
      segment.close();
      Files.move(
          segment.file(), folder.resolve("0000000000.log"), StandardCopyOption.REPLACE_EXISTING);
      segment = Segment.open(folder, 1);
    }
    var record =
        new LogRecord.Sealed(
            batch.id(), batch.readings(), batch.fromMs(), batch.toMs(), batch.payload());
    segment.append(ByteBuffer.wrap(RecordCodec.frame(record)));
    segment.force();
  }

  /// Bytes kept in the current segment.
  public long sizeBytes() {
    return segment.sizeBytes();
  }

  @Override
  public void close() throws IOException {
    segment.close();
  }
}
