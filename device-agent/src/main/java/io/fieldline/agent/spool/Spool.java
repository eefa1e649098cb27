// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Keeps readings on the disk until the cloud has them: a lane for each importance, each a log of
/// its own.
///
/// [#append] returns when its readings are on the disk (one fsync serves all writers that came
/// while the last one ran). Readings are cut into batches by window and size; a batch is sealed on
/// disk before [#next] hands it out and never changes after. Delivery is at least once: what was
/// handed out and not acknowledged before the process ended is handed out again, byte for byte.
/// Where a bound is reached the oldest segment goes, of the least important lane first if the disk
/// is short of room, and the loss is told by [SpoolStats#gap].
///
/// All methods may be called from any thread.
public final class Spool implements AutoCloseable {
  private final FolderLock folderLock;
  private final Bell bell;
  private final Map<Lane, LaneLog> lanes;

  private Spool(FolderLock folderLock, Bell bell, Map<Lane, LaneLog> lanes) {
    this.folderLock = folderLock;
    this.bell = bell;
    this.lanes = lanes;
  }

  /// Opens the spool in a folder, creating it if it is not there, and recovers what it holds.
  ///
  /// @throws SpoolException if another process has it open
  public static Spool open(Path folder, SpoolLimits limits, BatchEncoder encoder, Clock clock)
      throws IOException {
    return open(folder, limits, encoder, Timekeeping.REAL, clock);
  }

  /// The same, where readings may come before the time is known.
  public static Spool open(
      Path folder, SpoolLimits limits, BatchEncoder encoder, Timekeeping time, Clock clock)
      throws IOException {
    Files.createDirectories(folder);
    FolderLock folderLock = FolderLock.take(folder);
    Map<Lane, LaneLog> lanes = new EnumMap<>(Lane.class);
    try {
      moveOldLog(folder);
      Epoch epoch = Epoch.of(folder, clock);
      var bell = new Bell();
      var freeDisk = new FreeDisk(Files.getFileStore(folder), limits.minFreeBytes());
      // A lane that is not open yet looks like one with nothing to give.
      var allOpen = new AtomicBoolean();
      for (Lane lane : Lane.values()) {
        var retention =
            new Retention(
                limits.of(lane),
                clock,
                time,
                () -> allOpen.get() && freeDisk.isLow() && !canGiveBelow(lane, lanes));
        Path home = folder.resolve(lane.label());
        lanes.put(lane, LaneLog.open(home, lane, epoch, retention, encoder, time, bell));
      }
      allOpen.set(true);
      return new Spool(folderLock, bell, lanes);
    } catch (IOException | RuntimeException e) {
      for (LaneLog opened : lanes.values()) {
        opened.close();
      }
      folderLock.close();
      throw e;
    }
  }

  private static boolean canGiveBelow(Lane lane, Map<Lane, LaneLog> lanes) {
    for (Lane other : Lane.values()) {
      LaneLog log = other.compareTo(lane) > 0 ? lanes.get(other) : null;
      if (log != null && log.canGive()) {
        return true;
      }
    }
    return false;
  }

  /// A spool from before there were lanes: what it holds is telemetry.
  private static void moveOldLog(Path folder) throws IOException {
    List<Path> old;
    try (Stream<Path> files = Files.list(folder)) {
      old = files.filter(file -> file.getFileName().toString().endsWith(".log")).sorted().toList();
    }
    Path home = folder.resolve(Lane.TELEMETRY.label());
    for (Path segment : old) {
      Files.createDirectories(home);
      Files.move(segment, home.resolve(segment.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// Keeps these readings; returns when they are on the disk.
  ///
  /// @throws SpoolException if there is no room; none of them was kept then
  public void append(Lane lane, List<Reading> readings)
      throws SpoolException, InterruptedException {
    if (lane == Lane.WINDOW) {
      throw new IllegalArgumentException("readings of a window come with it");
    }
    log(lane).append(readings, Optional.empty());
  }

  /// Keeps these readings, whose aggregates go out in their place; returns when they are on the
  /// disk.
  ///
  /// @throws SpoolException if there is no room; none of them was kept then
  public void append(Window window, List<Reading> readings)
      throws SpoolException, InterruptedException {
    log(Lane.WINDOW).append(readings, Optional.of(window));
  }

  /// What waits of a device in a lane goes out in so long at the latest, whatever the batch's
  /// window is.
  public void hasten(Lane lane, String device, Duration in) {
    log(lane).hasten(device, in);
  }

  /// The oldest batch not yet handed out of the most important lane that has one, waiting at most
  /// so long for one.
  public Optional<SealedBatch> next(Duration atMost) throws IOException, InterruptedException {
    return next(atMost, _ -> true);
  }

  /// The same, of the lanes that are open now.
  public Optional<SealedBatch> next(Duration atMost, Predicate<Lane> isOpen)
      throws IOException, InterruptedException {
    long left = atMost.toNanos();
    while (true) {
      long heard = bell.rings();
      for (var lane : lanes.entrySet()) {
        Optional<SealedBatch> batch =
            isOpen.test(lane.getKey()) ? lane.getValue().next() : Optional.empty();
        if (batch.isPresent()) {
          return batch;
        }
      }
      if (left <= 0) {
        return Optional.empty();
      }
      long wait = Math.min(left, pauseNanos());
      left -= wait - bell.awaitAfter(heard, wait);
    }
  }

  /// How long until a lane asks its disk again.
  private long pauseNanos() {
    return lanes.values().stream().mapToLong(LaneLog::pauseNanos).min().orElse(Long.MAX_VALUE);
  }

  /// The cloud has this batch, or it was put aside: it may go.
  public void acknowledge(SealedBatch batch) {
    log(batch.id().lane()).acknowledge(batch);
  }

  /// Everything handed out and not acknowledged will be handed out again, oldest first.
  public void rewind() {
    lanes.values().forEach(LaneLog::rewind);
  }

  /// Batches of a lane that wait for the cloud, from a position on; 0 for the oldest.
  public WaitingBatches waiting(Lane lane, long from, int atMost) throws IOException {
    return log(lane).waiting(from, atMost);
  }

  /// Gives up the oldest batches of a lane that wait, also those that are on their way; what was
  /// lost.
  public Gap.Stretch giveUp(Lane lane, int batches) throws IOException {
    return log(lane).giveUp(batches);
  }

  /// Where one lane stands.
  public SpoolStats stats(Lane lane) {
    return log(lane).stats();
  }

  /// Where all lanes together stand.
  public SpoolStats stats() {
    List<SpoolStats> each = new ArrayList<>();
    lanes.values().forEach(log -> each.add(log.stats()));
    return SpoolStats.sum(each);
  }

  /// How long ago the writer of the slowest lane began its last round; each goes round several
  /// times a second, unless the disk does not answer.
  public Duration sinceLastRound() {
    Duration longest = Duration.ZERO;
    for (LaneLog log : lanes.values()) {
      Duration since = log.sinceLastRound();
      longest = since.compareTo(longest) > 0 ? since : longest;
    }
    return longest;
  }

  private LaneLog log(Lane lane) {
    LaneLog log = lanes.get(lane);
    if (log == null) {
      throw new IllegalStateException("every lane has its log: " + lane);
    }
    return log;
  }

  /// Seals what is pending, waits for the disk and gives the folder free.
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (LaneLog log : lanes.values()) {
      try {
        log.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    folderLock.close();
    if (failure != null) {
      throw failure;
    }
  }
}
