// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.clock.ProvisionalTime;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What the disk did not give back as it was written: it is put aside for a person, and what it
/// held is told from the numbers that are missing in the batches after it. Guarded by the spool's
/// lock.
final class Damage {
  private static final Logger LOG = System.getLogger(Damage.class.getName());
  private static final int KEPT_FILES = 16;
  private static final int KEPT_BYTES_OF_ONE = 1 << 20;

  private final Path folder;
  private final Map<String, Last> lastOfDevice = new HashMap<>();
  private final Set<String> unchecked = new HashSet<>();
  private final Set<Long> counted = new HashSet<>();
  private long bytes;

  /// @param tornBytes what was cut off at the start, because it had never been promised
  Damage(Path spoolFolder, long tornBytes) {
    this.folder = spoolFolder.resolve("damaged");
    this.bytes = tornBytes;
  }

  private record Last(long nextSeq, long toMs) {}

  long bytes() {
    return bytes;
  }

  /// Bytes of a segment that are no records any more; counted once, however often they are met.
  void found(Segment segment, long offset, long endOffset) {
    boolean isNews = counted.add(segment.position(offset));
    if (isNews) {
      learnBefore(segment, offset);
    }
    unchecked.addAll(lastOfDevice.keySet());
    if (!isNews) {
      return;
    }
    bytes += endOffset - offset;
    LOG.log(
        Level.WARNING,
        "spool segment is damaged, its other records are taken: file={0} offset={1} bytes={2}"
            + " keptIn={3}",
        segment.file(),
        Long.toString(offset),
        Long.toString(endOffset - offset),
        folder);
    try {
      Files.createDirectories(folder);
      if (filesKept() < KEPT_FILES) {
        String name = "%010d-%d.bin".formatted(segment.number(), offset);
        long until = Math.min(endOffset, offset + KEPT_BYTES_OF_ONE);
        Files.write(folder.resolve(name), segment.bytes(offset, until));
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "damaged bytes could not be put aside: folder={0}", folder, e);
    }
  }

  /// What went out in an earlier run is the last that is known of its device.
  private void learnBefore(Segment segment, long endOffset) {
    try {
      Optional<Segment.Frame> frame = segment.soundFrameFrom(0, endOffset);
      while (frame.isPresent()) {
        if (RecordCodec.parse(frame.get().body()) instanceof LogRecord.Sealed sealed
            && sealed.id().lane() != Lane.WINDOW
            && ProvisionalTime.slotOf(sealed.toMs()) < 0) {
          long next = sealed.id().firstSeq() + sealed.readings();
          lastOfDevice.merge(
              sealed.id().device(),
              new Last(next, sealed.toMs()),
              (one, other) -> one.nextSeq >= other.nextSeq ? one : other);
        }
        frame = segment.soundFrameFrom(frame.get().endOffset(), endOffset);
      }
    } catch (IOException e) {
      // Then a loss before the next batch of a device is not known as one.
      LOG.log(Level.DEBUG, "not read: file={0}", segment.file(), e);
    }
  }

  private long filesKept() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  /// What is missing before this batch, which is read after all before it.
  Gap.Stretch missingBefore(SealedBatch batch) {
    if (batch.id().lane() == Lane.WINDOW) {
      // Its numbers do not follow one another: what is missing between them cannot be told.
      return new Gap.Stretch(0, batch.fromMs(), batch.fromMs(), Gap.Cause.DAMAGE);
    }
    String device = batch.id().device();
    Last last = lastOfDevice.get(device);
    long next = batch.id().firstSeq() + batch.readings();
    if (last == null || next > last.nextSeq) {
      lastOfDevice.put(device, new Last(next, batch.toMs()));
    }
    if (!unchecked.remove(device) || last == null) {
      return new Gap.Stretch(0, batch.fromMs(), batch.fromMs(), Gap.Cause.DAMAGE);
    }
    long missing = Math.max(0, batch.id().firstSeq() - last.nextSeq);
    return new Gap.Stretch(missing, last.toMs, batch.fromMs(), Gap.Cause.DAMAGE);
  }
}
