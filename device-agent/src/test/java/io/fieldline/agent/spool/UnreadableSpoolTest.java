// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.cloud.TelemetryEncoder;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that takes what is written and does not give all of it back: EIO.
@Timeout(60)
class UnreadableSpoolTest {
  private static final int READINGS = 300;
  private static final SpoolLimits LIMITS =
      SpoolLimits.same(new LaneLimits(1 << 22, 1 << 15, Duration.ofMillis(1), 256));

  @TempDir Path folder;
  private FaultyDisk disk;
  private final Set<Long> kept = new TreeSet<>();
  private final Map<BatchId, List<Long>> batches = new HashMap<>();
  private long next;

  @BeforeEach
  void disk() throws IOException {
    disk = new FaultyDisk(folder, RandomGeneratorFactory.getDefault().create(1));
  }

  @Test
  void whatCannotBeReadIsCountedAsLostAndAllElseGoesOut() throws Exception {
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, READINGS);
    }
    try (Spool spool = open()) {
      Path segment = oldestSegment();
      disk.spoil(segment, Files.size(segment) / 2, 1);

      List<Long> came = drained(spool, READINGS / 2);

      int missing = READINGS - came.size();
      assertThat(came).isSorted().doesNotHaveDuplicates();
      // How many a batch holds depends on how fast they were kept.
      assertThat(missing).isPositive().isLessThan(READINGS / 2);
      assertThat(spool.stats(Lane.TELEMETRY).gap().readings()).isEqualTo(missing);
      assertThat(spool.stats(Lane.TELEMETRY).gap().recent())
          .singleElement()
          .satisfies(stretch -> assertThat(stretch.cause()).isEqualTo(Gap.Cause.DAMAGE));
      assertThat(spool.stats(Lane.TELEMETRY).damagedBytes()).isPositive();
      try (Stream<Path> aside = Files.list(folder.resolve("telemetry/damaged"))) {
        assertThat(aside).isNotEmpty();
      }
    }
  }

  /// It is known from the batches before it, although those went out before this start.
  @Test
  void whatCannotBeReadIsCountedThoughItIsTheFirstAfterAStart() throws Exception {
    long at;
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, READINGS);
      at = Files.size(oldestSegment()) / 2;
      Optional<SealedBatch> batch = spool.next(Duration.ofSeconds(5));
      while (Segment.offsetOf(batch.orElseThrow().position()) < at) {
        taken(spool, batch.get());
        batch = spool.next(Duration.ofSeconds(5));
      }
      at = Segment.offsetOf(batch.get().position());
    }
    int before = READINGS - kept.size();
    try (Spool spool = open()) {
      disk.spoil(oldestSegment(), at, 1);

      List<Long> came = drained(spool, 1);

      // Those before it in the same page are not known to have gone out.
      assertThat(READINGS - before - came.size()).isPositive();
      assertThat(spool.stats(Lane.TELEMETRY).gap().readings())
          .isGreaterThanOrEqualTo(READINGS - before - came.size());
    }
  }

  @Test
  void aReadThatFailsForAWhileCostsNothing() throws Exception {
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, READINGS);
    }
    try (Spool spool = open()) {
      disk.spoil(oldestSegment(), 0, Files.size(oldestSegment()));

      assertThat(spool.next(Duration.ofMillis(700))).isEmpty();
      disk.mend();

      assertThat(drained(spool, READINGS)).hasSize(READINGS);
      assertThat(spool.stats().gap()).isEqualTo(Gap.NONE);
    }
  }

  @Test
  void theOtherLanesGoOnMeanwhile() throws Exception {
    try (Spool spool = open()) {
      keep(spool, Lane.ALARM, 5);
    }
    try (Spool spool = open()) {
      Path segment = folder.resolve("alarm/0000000001.log");
      disk.spoil(segment, 0, Files.size(segment));
      assertThat(spool.next(Duration.ZERO)).isEmpty();

      keep(spool, Lane.TELEMETRY, 5);

      SealedBatch batch = spool.next(Duration.ofMillis(300)).orElseThrow();
      assertThat(batch.id().lane()).isEqualTo(Lane.TELEMETRY);
    }
  }

  @Test
  void aStartOverWhatCannotBeReadTakesItsNumbersForUsed() throws Exception {
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, READINGS);
      drained(spool, READINGS);
    }
    try (Stream<Path> segments = segments()) {
      segments.forEach(each -> disk.spoil(each, 4096, 1 << 20));
    }
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, READINGS);

      assertThat(drained(spool, READINGS)).contains(next - 1);
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void aStartLeavesWhatCannotBeReadWhereItIs() throws Exception {
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, READINGS);
    }
    try (Stream<Path> segments = segments()) {
      segments.forEach(each -> disk.spoil(each, 4096, 1 << 20));
    }
    try (Spool spool = open()) {
      assertThat(spool.stats().segments()).isPositive();
    }
    disk.mend();
    try (Spool spool = open()) {
      assertThat(drained(spool, READINGS)).contains(next - 1);
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void aSegmentThatIsGoneIsPassedOver() throws Exception {
    try (Spool spool = open()) {
      keep(spool, Lane.TELEMETRY, 2 * READINGS);
    }
    try (Spool spool = open()) {
      Files.delete(folder.resolve("telemetry/0000000002.log"));
      keep(spool, Lane.TELEMETRY, 1);

      List<Long> came = drained(spool, READINGS);

      assertThat(came).contains(next - 1);
      assertThat(spool.stats(Lane.TELEMETRY).gap().readings()).isEqualTo(next - came.size());
    }
  }

  private void keep(Spool spool, Lane lane, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      spool.append(lane, List.of(new Reading("gw", "n", "", 1_700_000_000_000L + next, next)));
      kept.add(next++);
    }
  }

  /// All that comes, until nothing has come for as long as the spool tries a read again; at least
  /// so many.
  private List<Long> drained(Spool spool, int atLeast) throws Exception {
    List<Long> came = new ArrayList<>();
    Optional<SealedBatch> batch = spool.next(Duration.ofSeconds(6));
    while (batch.isPresent()) {
      came.addAll(taken(spool, batch.get()));
      boolean isLast = came.size() >= atLeast && came.contains(next - 1);
      batch = spool.next(isLast ? Duration.ZERO : Duration.ofSeconds(6));
    }
    assertThat(came).hasSizeGreaterThanOrEqualTo(atLeast);
    return came;
  }

  private List<Long> taken(Spool spool, SealedBatch batch) throws Exception {
    List<Long> numbers = new ArrayList<>();
    MessageCodec.decodeBatch(batch.payload())
        .readings()
        .forEach(reading -> numbers.add((long) reading.value()));
    List<Long> before = batches.putIfAbsent(batch.id(), numbers);
    assertThat(before).as("what %s brought before", batch.id()).isIn(null, numbers);
    spool.acknowledge(batch);
    numbers.forEach(kept::remove);
    return numbers;
  }

  private Stream<Path> segments() throws IOException {
    return Files.list(folder.resolve("telemetry")).filter(each -> each.toString().endsWith(".log"));
  }

  private Path oldestSegment() throws IOException {
    try (Stream<Path> segments = segments()) {
      return segments.sorted().findFirst().orElseThrow();
    }
  }

  private Spool open() throws IOException {
    return Spool.open(disk.folder(), LIMITS, new TelemetryEncoder(false), Clock.systemUTC());
  }
}
