// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanesTest {
  private static final int SEGMENT = 4096;

  @TempDir Path folder;

  @Test
  void anAlarmGoesOutBeforeABacklogAndBulkAfterIt() throws Exception {
    List<Lane> order = new ArrayList<>();
    try (Spool spool = open(limits(1 << 20, Optional.empty(), 0))) {
      spool.append(Lane.BULK, readings("humidity", 0, 3));
      spool.append(Lane.TELEMETRY, readings("t", 0, 3));
      awaitSealed(spool, 2);
      spool.append(Lane.ALARM, readings("smoke", 0, 1));
      awaitSealed(spool, 3);
      for (int i = 0; i < 3; i++) {
        order.add(spool.next(Duration.ofSeconds(5)).orElseThrow().id().lane());
      }
    }

    assertThat(order).containsExactly(Lane.ALARM, Lane.TELEMETRY, Lane.BULK);
  }

  @Test
  void whoWaitsForAnyLaneIsWokenByEach() throws Exception {
    try (Spool spool = open(limits(1 << 20, Optional.empty(), 0))) {
      for (Lane lane : Lane.values()) {
        Thread.ofVirtual().start(() -> append(spool, lane));
        SealedBatch batch = spool.next(Duration.ofSeconds(10)).orElseThrow();
        assertThat(batch.id().lane()).isEqualTo(lane);
        spool.acknowledge(batch);
      }
    }
  }

  private static void append(Spool spool, Lane lane) {
    try {
      if (lane == Lane.WINDOW) {
        var atOnce = new Window(Duration.ofMillis(1), Duration.ZERO, List.of(Aggregate.LAST));
        spool.append(atOnce, readings("s", 0, 1));
      } else {
        spool.append(lane, readings("s", 0, 1));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aDiskShortOfRoomCostsTheLeastImportantLaneFirst() throws Exception {
    try (Spool spool = open(limits(1 << 20, Optional.empty(), 0))) {
      fill(spool, Lane.BULK, 5);
      fill(spool, Lane.TELEMETRY, 5);
    }

    SpoolStats bulk;
    SpoolStats telemetry;
    try (Spool spool = open(limits(1 << 20, Optional.empty(), Long.MAX_VALUE))) {
      await(spool, stats -> spool.stats(Lane.TELEMETRY).gap().readings() > 0);
      bulk = spool.stats(Lane.BULK);
      telemetry = spool.stats(Lane.TELEMETRY);
    }

    assertThat(bulk.segments()).as("all that could go of bulk went before").isEqualTo(1);
    assertThat(bulk.gap().recent().getFirst().cause()).isEqualTo(Gap.Cause.DISK);
    assertThat(telemetry.gap().recent().getFirst().cause()).isEqualTo(Gap.Cause.DISK);
  }

  @Test
  void whatIsTooOldGoesAndTheLossSaysFromWhenToWhen() throws Exception {
    try (Spool spool = open(limits(1 << 20, Optional.empty(), 0))) {
      fill(spool, Lane.TELEMETRY, 3);
    }
    Instant longAgo = Instant.now().minus(Duration.ofHours(3));
    try (Stream<Path> files = Files.list(folder.resolve("telemetry"))) {
      for (Path file : files.sorted().limit(2).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(longAgo));
      }
    }

    Gap gap;
    try (Spool spool = open(limits(1 << 20, Optional.of(Duration.ofHours(2)), 0))) {
      await(spool, stats -> spool.stats(Lane.TELEMETRY).gap().readings() > 0);
      gap = spool.stats(Lane.TELEMETRY).gap();
    }

    assertThat(gap.recent()).hasSize(1);
    Gap.Stretch stretch = gap.recent().getFirst();
    assertThat(stretch.cause()).isEqualTo(Gap.Cause.AGE);
    assertThat(stretch.fromMs()).isEqualTo(1_700_000_000_000L);
    assertThat(stretch.toMs() - stretch.fromMs()).isBetween(1L, stretch.readings());
  }

  /// As a machine does that starts with the time of its last shutdown.
  @Test
  void whatAClockThatWasWrongDatedLongAgoIsNotTooOld() throws Exception {
    long now = System.currentTimeMillis();
    try (Spool spool = open(limits(1 << 20, Optional.empty(), 0))) {
      for (int i = 0; spool.stats(Lane.TELEMETRY).segments() < 3; i++) {
        spool.append(Lane.TELEMETRY, List.of(new Reading("gw", "t", "", now, i)));
      }
    }
    try (Stream<Path> files = Files.list(folder.resolve("telemetry"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(7))));
      }
    }

    try (Spool spool = open(limits(1 << 20, Optional.of(Duration.ofHours(2)), 0))) {
      SealedBatch first = spool.next(Duration.ofSeconds(5)).orElseThrow();
      assertThat(first.id().firstSeq()).isZero();
      spool.append(Lane.TELEMETRY, readings("t", 0, 1));
      spool.append(Lane.TELEMETRY, readings("t", 1, 1));
      assertThat(spool.stats(Lane.TELEMETRY).gap()).isEqualTo(Gap.NONE);
    }
  }

  @Test
  void aFullDiskAtTheStartRefusesReadingsAndStillGivesWhatItHolds() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk.toString()) == 0);
    try {
      Path spoolFolder = disk.resolve("spool");
      LaneLimits lane = new LaneLimits(1 << 20, SEGMENT, Duration.ofMillis(1), 512);
      try (Spool spool = open(spoolFolder, SpoolLimits.same(lane))) {
        fill(spool, Lane.TELEMETRY, 3);
      }
      fillDisk(disk.resolve("filler"));

      try (Spool spool = open(spoolFolder, SpoolLimits.same(lane))) {
        SealedBatch first = spool.next(Duration.ofSeconds(5)).orElseThrow();
        assertThat(first.id().firstSeq()).isZero();
        assertThat(refusal(spool).reason()).isEqualTo(SpoolException.Reason.FULL);

        Files.delete(disk.resolve("filler"));
        awaitAccepted(spool);
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  @Test
  void aDiskThatTakesNoWritesStillGivesWhatItHolds() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0);
    try {
      LaneLimits lane = new LaneLimits(1 << 20, SEGMENT, Duration.ofMillis(1), 512);
      try (Spool spool = open(disk, SpoolLimits.same(lane))) {
        fill(spool, Lane.TELEMETRY, 2);
      }
      assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();

      try (Spool spool = open(disk, SpoolLimits.same(lane))) {
        assertThat(spool.next(Duration.ofSeconds(5)).orElseThrow().id().firstSeq()).isZero();
        assertThat(refusal(spool).getMessage()).contains("Read-only");
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static void fillDisk(Path file) {
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 1000; i++) {
        out.write(new byte[1024]);
      }
      throw new IllegalStateException("the disk should be full by now");
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static SpoolException refusal(Spool spool) throws InterruptedException {
    try {
      spool.append(Lane.TELEMETRY, readings("t", 0, 1));
    } catch (SpoolException e) {
      return e;
    }
    throw new AssertionError("a refusal expected");
  }

  private static void awaitAccepted(Spool spool) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try {
        spool.append(Lane.TELEMETRY, readings("t", 0, 1));
        return;
      } catch (SpoolException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /// So many segments of readings, none of them delivered.
  private static void fill(Spool spool, Lane lane, int segments) throws Exception {
    int next = 0;
    while (spool.stats(lane).segments() < segments) {
      spool.append(lane, readings("t", next, 10));
      next += 10;
    }
  }

  private static void awaitSealed(Spool spool, int batches) throws InterruptedException {
    await(spool, stats -> stats.sealedBatches() >= batches);
  }

  private static void await(Spool spool, Predicate<SpoolStats> until) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!until.test(spool.stats())) {
      assertThat(System.nanoTime()).as("in time: %s", spool.stats()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static List<Reading> readings(String sensor, int from, int count) {
    return Stream.iterate(from, i -> i + 1)
        .limit(count)
        .map(i -> new Reading("gw", sensor, "", 1_700_000_000_000L + i, i))
        .toList();
  }

  private static SpoolLimits limits(long maxBytes, Optional<Duration> maxAge, long minFreeBytes) {
    var each = new LaneLimits(maxBytes, SEGMENT, maxAge, Duration.ofMillis(1), 512);
    return new SpoolLimits(SpoolLimits.same(each).lanes(), minFreeBytes);
  }

  private Spool open(SpoolLimits limits) throws IOException {
    return open(folder, limits);
  }

  private static Spool open(Path folder, SpoolLimits limits) throws IOException {
    return Spool.open(
        folder,
        limits,
        (id, readings) ->
            (id.device() + readings.getFirst().value()).getBytes(StandardCharsets.UTF_8),
        Clock.systemUTC());
  }
}
