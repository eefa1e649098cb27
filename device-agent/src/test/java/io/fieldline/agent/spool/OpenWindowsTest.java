// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Aggregates go out in place of readings, and every reading that was accepted is in one of them,
/// whatever happens in between.
@Timeout(600)
class OpenWindowsTest {
  private static final long MINUTE = 60_000;

  /// A full minute.
  private static final long T0 = 28_333_334 * MINUTE;

  private static final BatchEncoder TEXT =
      (id, samples) -> {
        var text = new StringBuilder();
        for (Reading sample : samples) {
          text.append(
              "%s/%s=%s%s@%d\n"
                  .formatted(
                      id.device(),
                      sample.sensor(),
                      sample.value(),
                      sample.unit(),
                      (sample.atMs() - T0) / 1000));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
      };

  private static final Window ALL =
      new Window(Duration.ofMinutes(1), Duration.ZERO, List.of(Aggregate.values()));
  private static final Window COUNTED =
      new Window(Duration.ofMinutes(1), Duration.ZERO, List.of(Aggregate.COUNT));

  @TempDir Path folder;

  private Spool open() throws IOException {
    return open(folder, 1 << 20, 1 << 16);
  }

  private static Spool open(Path where, long maxBytes, int segmentBytes) throws IOException {
    var limits = new LaneLimits(maxBytes, segmentBytes, Duration.ofMillis(5), 512);
    return Spool.open(where, SpoolLimits.same(limits), TEXT, Clock.systemUTC());
  }

  /// So long before the end of the minute that it closes soon.
  private static Reading late(String sensor, int minute, double value) {
    return reading(sensor, minute, 59_950, value);
  }

  private static Reading reading(String sensor, int minute, int ms, double value) {
    return new Reading("gw", sensor, "V", T0 + minute * MINUTE + ms, value);
  }

  private static List<String> next(Spool spool) throws Exception {
    SealedBatch batch = spool.next(Duration.ofSeconds(5)).orElseThrow();
    spool.acknowledge(batch);
    return lines(batch);
  }

  private static List<String> lines(SealedBatch batch) {
    return new String(batch.payload(), StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void theAggregatesOfAMinuteGoOutAndNotItsReadings() throws Exception {
    try (Spool spool = open()) {
      spool.append(ALL, List.of(reading("u", 0, 100, 3), reading("u", 0, 59_000, -1)));
      assertThat(spool.next(Duration.ofMillis(50))).isEmpty();
      spool.append(ALL, List.of(late("u", 0, 4)));
      // The first reading, at the minute's beginning, says when it is over.
      assertThat(spool.next(Duration.ofMillis(100))).isEmpty();
    }
    Path again = folder.resolve("again");
    try (Spool spool = open(again, 1 << 20, 1 << 16)) {
      spool.append(
          ALL, List.of(late("u", 0, 3), late("u", 0, -1), late("u", 0, 4), late("i", 0, 7)));

      assertThat(next(spool))
          .containsExactly(
              "gw/u=2.0V@0",
              "gw/u.min=-1.0V@0",
              "gw/u.max=4.0V@0",
              "gw/u.count=3.0@0",
              "gw/u.sum=6.0V@0",
              "gw/u.last=4.0V@0",
              "gw/i=7.0V@0",
              "gw/i.min=7.0V@0",
              "gw/i.max=7.0V@0",
              "gw/i.count=1.0@0",
              "gw/i.sum=7.0V@0",
              "gw/i.last=7.0V@0");
      assertThat(spool.next(Duration.ofMillis(100))).isEmpty();
      assertThat(spool.stats(Lane.WINDOW).acceptedReadings()).isEqualTo(4);
    }
  }

  @Test
  void aStopLeavesAWindowOpen() throws Exception {
    try (Spool spool = open()) {
      spool.append(COUNTED, List.of(reading("u", 0, 59_400, 1), late("u", 0, 2)));
    }
    try (Spool spool = open()) {
      // As long before the window's end as its first reading was.
      spool.append(COUNTED, List.of(late("u", 0, 3)));
      assertThat(next(spool)).containsExactly("gw/u.count=3.0@0");
    }
    try (Spool spool = open()) {
      assertThat(spool.next(Duration.ofMillis(100))).isEmpty();
    }
  }

  @Test
  void aReadingAfterItsWindowHasGoneOutGoesOutByItself() throws Exception {
    try (Spool spool = open()) {
      spool.append(COUNTED, List.of(late("u", 0, 1), late("u", 0, 2)));
      assertThat(next(spool)).containsExactly("gw/u.count=2.0@0");
      spool.append(COUNTED, List.of(late("u", 0, 3)));
      assertThat(next(spool)).containsExactly("gw/u.count=1.0@0");
    }
  }

  @Test
  void otherWindowsFromNowOnLoseNothingOfThoseBefore() throws Exception {
    var hourly = new Window(Duration.ofHours(1), Duration.ZERO, List.of(Aggregate.MAX));
    var seconds = new Window(Duration.ofSeconds(1), Duration.ZERO, List.of(Aggregate.SUM));
    try (Spool spool = open()) {
      spool.append(hourly, List.of(reading("u", 0, 0, 1)));
      spool.append(seconds, List.of(late("u", 0, 5), late("u", 0, 6)));
      assertThat(next(spool)).containsExactly("gw/u.sum=11.0V@59");
      assertThat(spool.next(Duration.ofMillis(50))).isEmpty();
    }
  }

  /// The log as a kill leaves it after each of its bytes: what was accepted up to there is in one
  /// window each, and no window is there twice.
  @Test
  void killedAnywhereEveryReadingIsInOneWindow() throws Exception {
    killedAt(12);
  }

  @Test
  @Tag("long")
  void killedAfterEachByteEveryReadingIsInOneWindow() throws Exception {
    killedAt(Integer.MAX_VALUE);
  }

  private void killedAt(int places) throws Exception {
    try (Spool spool = open()) {
      for (int minute = 0; minute < 3; minute++) {
        for (int i = 0; i < 4; i++) {
          spool.append(COUNTED, List.of(late("u", minute, i), late("i", minute, i)));
        }
        // Not acknowledged, so that they are handed out again.
        for (int counted = 0; counted < 8; ) {
          counted += spool.next(Duration.ofSeconds(5)).orElseThrow().readings();
        }
      }
      spool.append(COUNTED, List.of(late("u", 3, 1)));
    }
    Path segment;
    try (Stream<Path> files = Files.list(folder.resolve("window"))) {
      segment = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(segment);
    int step = Math.max(1, whole.length / places);
    for (int length = 0; length <= whole.length; length += step) {
      Path killed = Files.createDirectories(folder.resolve("killed-" + length));
      Path log = Files.createDirectories(killed.resolve("window")).resolve(segment.getFileName());
      byte[] left = new byte[length];
      System.arraycopy(whole, 0, left, 0, length);
      Files.write(log, left);
      Files.copy(folder.resolve("epoch"), killed.resolve("epoch"));

      int accepted = acceptedIn(left);
      assertThat(countedIn(killed, accepted)).as("after %d bytes", length).isEqualTo(accepted);
    }
  }

  /// By the readings' records that are whole.
  private static int acceptedIn(byte[] log) throws IOException {
    int readings = 0;
    int at = 0;
    var bytes = java.nio.ByteBuffer.wrap(log);
    while (at + 8 <= log.length && at + 8 + bytes.getInt(at) <= log.length) {
      byte[] body = new byte[bytes.getInt(at)];
      bytes.get(at + 8, body);
      if (RecordCodec.parse(body) instanceof LogRecord.Accepted accepted) {
        readings += accepted.samples().size();
      }
      at += 8 + body.length;
    }
    return readings;
  }

  /// By the batches that come out, until there are as many as expected, and none after them.
  private static int countedIn(Path where, int expected) throws Exception {
    int counted = 0;
    Set<BatchId> ids = new HashSet<>();
    try (Spool spool = open(where, 1 << 20, 1 << 16)) {
      Optional<SealedBatch> batch = Optional.empty();
      do {
        batch = spool.next(counted < expected ? Duration.ofSeconds(5) : Duration.ofMillis(20));
        if (batch.isPresent()) {
          assertThat(ids.add(batch.get().id())).isTrue();
          int ofBatch =
              lines(batch.get()).stream()
                  .mapToInt(line -> (int) Double.parseDouble(line.replaceAll(".*=(.*)@.*", "$1")))
                  .sum();
          assertThat(batch.get().readings()).isEqualTo(ofBatch);
          counted += ofBatch;
        }
      } while (batch.isPresent());
    }
    return counted;
  }

  /// Long windows keep their readings' segments: where room is short they are closed before.
  @Test
  void aLaneThatIsFullClosesWindowsEarlyAndRefusesNothing() throws Exception {
    var daily = new Window(Duration.ofDays(1), Duration.ZERO, List.of(Aggregate.COUNT));
    int counted = 0;
    try (Spool spool = open(folder, 16_384, 4096)) {
      List<Reading> twenty = Collections.nCopies(20, reading("u", 0, 0, 1));
      for (int i = 0; i < 150; i++) {
        spool.append(daily, twenty);
        Optional<SealedBatch> batch = spool.next(Duration.ZERO);
        if (batch.isPresent()) {
          counted += batch.get().readings();
          spool.acknowledge(batch.get());
        }
      }
      assertThat(spool.stats(Lane.WINDOW).refusedAppends()).isZero();
      assertThat(spool.stats(Lane.WINDOW).gap().readings()).isZero();
      assertThat(spool.stats(Lane.WINDOW).sizeBytes()).isLessThan(32_768);
    }
    assertThat(counted).isBetween(1000, 3000);
  }

  /// Taken in the nineties, as times of a machine that does not know better are written.
  @Test
  void aWindowOfProvisionalTimesIsMadeRealWhenItGoesOut() throws Exception {
    long slot = 631_152_000_000L + (1L << 30);
    long startMs = Math.floorDiv(slot, MINUTE) * MINUTE;
    List<Long> knownShift = new ArrayList<>();
    Timekeeping time =
        new Timekeeping() {
          @Override
          public boolean isKnown() {
            return !knownShift.isEmpty();
          }

          @Override
          public OptionalLong shiftMs(long atMs) {
            return knownShift.isEmpty() ? OptionalLong.empty() : OptionalLong.of(knownShift.get(0));
          }

          @Override
          public byte[] restamped(byte[] payload, long shiftMs) {
            return ("shifted by " + shiftMs).getBytes(StandardCharsets.UTF_8);
          }
        };
    var limits = SpoolLimits.same(new LaneLimits(1 << 20, 1 << 16, Duration.ofMillis(5), 512));
    try (Spool spool = Spool.open(folder, limits, TEXT, time, Clock.systemUTC())) {
      spool.append(
          COUNTED, List.of(new Reading("gw", "u", "", startMs + 59_990, 1), late("u", 0, 2)));
      assertThat(spool.next(Duration.ofMillis(200))).isEmpty();
      knownShift.add(T0 - startMs);

      SealedBatch provisional = spool.next(Duration.ofSeconds(5)).orElseThrow();

      assertThat(provisional.fromMs()).isEqualTo(T0);
      assertThat(provisional.readings()).isEqualTo(1);
      assertThat(lines(provisional)).containsExactly("shifted by " + (T0 - startMs));
    }
  }
}
