// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What waits is seen without being taken, and given up where a person says so.
@Timeout(30)
class WaitingBatchesTest {
  private static final int BATCHES = 60;
  private static final int GIVEN_UP = 25;

  @TempDir Path folder;

  @Test
  void everythingThatWaitsIsSeenOverAllSegmentsAndComesOutAllTheSame() throws Exception {
    try (Spool spool = filled()) {
      List<String> all = seen(spool);
      assertThat(all).hasSize(BATCHES).doesNotHaveDuplicates();
      SealedBatch first = spool.next(Duration.ZERO).orElseThrow();
      spool.acknowledge(first);
      SealedBatch second = spool.next(Duration.ZERO).orElseThrow();

      assertThat(seen(spool)).isEqualTo(all.subList(1, BATCHES));

      assertThat(second.id().device()).isEqualTo(all.get(1));
      assertThat(spool.next(Duration.ZERO).orElseThrow().id().device()).isEqualTo(all.get(2));
      assertThat(spool.stats().segments()).isGreaterThan(1);
      assertThat(spool.waiting(Lane.ALARM, 0, 10).batches()).isEmpty();
    }
  }

  @Test
  void whatIsGivenUpComesOutNoMoreAlsoAfterARestartAndCountsAsLost() throws Exception {
    List<String> all;
    try (Spool spool = filled()) {
      all = seen(spool);
      SealedBatch onItsWay = spool.next(Duration.ZERO).orElseThrow();

      Gap.Stretch lost = spool.giveUp(Lane.TELEMETRY, GIVEN_UP);

      assertThat(lost.readings()).isEqualTo(GIVEN_UP);
      assertThat(lost.cause()).isEqualTo(Gap.Cause.OPERATOR);
      spool.acknowledge(onItsWay);
      assertThat(spool.next(Duration.ZERO).orElseThrow().id().device())
          .isEqualTo(all.get(GIVEN_UP));
      spool.rewind();
      assertThat(seen(spool)).isEqualTo(all.subList(GIVEN_UP, BATCHES));
    }
    try (Spool spool = open()) {
      assertThat(seen(spool)).isEqualTo(all.subList(GIVEN_UP, BATCHES));
      assertThat(spool.stats().gap().readings()).isEqualTo(GIVEN_UP);
      assertThat(spool.stats().gap().recent().getLast().cause()).isEqualTo(Gap.Cause.OPERATOR);
      assertThat(spool.giveUp(Lane.TELEMETRY, 1000).readings()).isEqualTo(BATCHES - GIVEN_UP);
      assertThat(spool.giveUp(Lane.TELEMETRY, 1000).readings()).isZero();
      assertThat(spool.next(Duration.ZERO)).isEmpty();
      spool.append(Lane.TELEMETRY, List.of(reading("gw:new")));
      assertThat(spool.next(Duration.ofSeconds(5)).orElseThrow().id().device()).isEqualTo("gw:new");
    }
  }

  /// A batch for each device, in two segments.
  private Spool filled() throws Exception {
    Spool spool = open();
    for (int half = 0; half < 2; half++) {
      List<Reading> readings = new ArrayList<>();
      for (int i = 0; i < BATCHES / 2; i++) {
        readings.add(reading("gw:" + half + "-" + i));
      }
      spool.append(Lane.TELEMETRY, readings);
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    for (int i = 0; i < BATCHES; i++) {
      long left = deadline - System.nanoTime();
      assertThat(spool.next(Duration.ofNanos(left))).as("batch %s", i).isPresent();
    }
    spool.rewind();
    return spool;
  }

  private Spool open() throws IOException {
    var limits = SpoolLimits.same(new LaneLimits(1 << 20, 4096, Duration.ZERO, 512));
    BatchEncoder encoder = (_, _) -> "x".repeat(300).getBytes(StandardCharsets.US_ASCII);
    return Spool.open(folder, limits, encoder, Clock.systemUTC());
  }

  private static Reading reading(String device) {
    return new Reading(device, "t", "", 1, 1);
  }

  private static List<String> seen(Spool spool) throws IOException {
    List<String> seen = new ArrayList<>();
    WaitingBatches some = spool.waiting(Lane.TELEMETRY, 0, 7);
    while (!some.batches().isEmpty()) {
      some.batches().forEach(batch -> seen.add(batch.id().device()));
      some = spool.waiting(Lane.TELEMETRY, some.next(), 7);
    }
    return seen;
  }
}
