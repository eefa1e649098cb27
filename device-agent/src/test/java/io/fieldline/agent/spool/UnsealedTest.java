// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.cloud.TelemetryEncoder;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is accepted and in no batch yet is bounded, though no window ends and nothing fills a
/// batch.
class UnsealedTest {
  /// Of short names, in the 4 MiB that they may take.
  private static final int MOST_HELD = 24_000;

  private static final int MOST_IN_A_BATCH = 10_000;
  private static final int AT_ONCE = 5000;
  private static final int BATCH_BYTES = 4500;

  @TempDir Path folder;

  @Test
  void readingsThatCompressToNothingAreSealedAsSoonAsABatchIsAsLargeAsItMayBePlain()
      throws Exception {
    try (Spool spool = open(new TelemetryEncoder(true))) {
      List<SealedBatch> batches = fill(spool, 60, 1);

      assertThat(batches.getLast().payload()).hasSizeBetween(50_000, 60_000);
      assertThat(batches).hasSizeLessThan(100);
      assertThat(held(spool, batches)).isLessThanOrEqualTo(MOST_IN_A_BATCH);
    }
  }

  @Test
  void aBatchHasABoundWhateverTheEncoderSays() throws Exception {
    try (Spool spool = open((_, _) -> new byte[1])) {
      List<SealedBatch> batches = fill(spool, 20, 1);

      assertThat(batches)
          .allMatch(batch -> batch.readings() <= MOST_IN_A_BATCH)
          .hasSizeBetween(9, 12);
      assertThat(held(spool, batches)).isLessThanOrEqualTo(MOST_IN_A_BATCH);
    }
  }

  @Test
  void manyDevicesHoldNoMoreThanOneAndTheFullestIsSealedFirst() throws Exception {
    try (Spool spool = open((_, samples) -> new byte[samples.size()])) {
      spool.append(Lane.TELEMETRY, Collections.nCopies(200, reading("gw:fullest")));
      List<SealedBatch> batches = fill(spool, 20, 500);

      assertThat(held(spool, batches)).isLessThanOrEqualTo(MOST_HELD + AT_ONCE);
      assertThat(batches.getFirst().id().device()).isEqualTo("gw:fullest");
      // Half of it each time, not a few readings in every round.
      assertThat(batches).hasSizeLessThan(4000);
    }
  }

  /// Though the window is an hour.
  @Test
  void whatIsHastenedGoesOutAtOnceAndWhatWaitsOfOthersStays() throws Exception {
    try (Spool spool = open((_, samples) -> new byte[samples.size()])) {
      spool.append(Lane.TELEMETRY, List.of(reading("gw:quiet"), reading("gw"), reading("gw")));
      spool.hasten(Lane.TELEMETRY, "gw:none", Duration.ZERO);
      spool.hasten(Lane.TELEMETRY, "gw", Duration.ofMinutes(1));
      assertThat(spool.next(Duration.ofMillis(300))).isEmpty();

      spool.hasten(Lane.TELEMETRY, "gw", Duration.ZERO);
      SealedBatch batch = spool.next(Duration.ofSeconds(10)).orElseThrow();

      assertThat(batch.id().device()).isEqualTo("gw");
      assertThat(batch.readings()).isEqualTo(2);
      assertThat(spool.next(Duration.ofMillis(300))).isEmpty();
    }
  }

  /// A round seals only so many batches.
  @Test
  void whatIsHastenedGoesOutThoughItTakesMoreThanOneRoundAndWhatComesLaterWaits() throws Exception {
    var limits = new LaneLimits(64 << 20, 4 << 20, Duration.ofHours(1), 256);
    var epoch = Epoch.of(folder, Clock.systemUTC());
    var unsealed =
        new Unsealed(epoch, Lane.TELEMETRY, limits, (_, samples) -> new byte[samples.size()]);
    int hastened = 16_500;
    add(unsealed, 0, hastened);
    unsealed.hasten("gw", 1);

    int sealed = 0;
    int rounds = 0;
    for (var cuts = unsealed.due(1); !cuts.isEmpty(); cuts = unsealed.due(1)) {
      rounds++;
      for (var cut : cuts) {
        sealed += cut.readings();
        unsealed.remove(cut, 1);
      }
      if (rounds == 1) {
        add(unsealed, hastened, 1);
      }
    }

    assertThat(rounds).isGreaterThan(1);
    assertThat(sealed).isEqualTo(hastened + 1);
    add(unsealed, hastened + 1, 1);
    assertThat(unsealed.due(2)).isEmpty();
  }

  private static void add(Unsealed unsealed, long firstSeq, int readings) {
    var samples = Collections.nCopies(readings, reading("gw"));
    unsealed.add(new LogRecord.Accepted("gw", firstSeq, samples, Optional.empty()), 0, 0);
  }

  /// Appends so many times, to so many devices in turn; the batches that come out meanwhile.
  private static List<SealedBatch> fill(Spool spool, int times, int devices) throws Exception {
    List<SealedBatch> batches = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      List<Reading> readings = new ArrayList<>();
      for (int j = 0; j < AT_ONCE; j++) {
        readings.add(reading("gw:" + j % devices));
      }
      spool.append(Lane.TELEMETRY, readings);
      take(spool, batches, Duration.ZERO);
    }
    take(spool, batches, Duration.ofMillis(500));
    return batches;
  }

  private static void take(Spool spool, List<SealedBatch> batches, Duration atMost)
      throws Exception {
    Optional<SealedBatch> batch = spool.next(atMost);
    while (batch.isPresent()) {
      batches.add(batch.get());
      spool.acknowledge(batch.get());
      batch = spool.next(atMost);
    }
  }

  private static long held(Spool spool, List<SealedBatch> batches) {
    return spool.stats().acceptedReadings()
        - batches.stream().mapToLong(SealedBatch::readings).sum();
  }

  private static Reading reading(String device) {
    return new Reading(device, "t", "", 1_700_000_000_000L, 1);
  }

  /// With an hour's window, which no test waits for.
  private Spool open(BatchEncoder encoder) throws IOException {
    var limits =
        SpoolLimits.same(new LaneLimits(64 << 20, 4 << 20, Duration.ofHours(1), BATCH_BYTES));
    return Spool.open(folder, limits, encoder, Clock.systemUTC());
  }
}
