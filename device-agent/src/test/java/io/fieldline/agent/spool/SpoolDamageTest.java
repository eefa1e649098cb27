// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A spool whose files are not as they were written: it always opens, gives what is sound, in
/// order, and says what is not.
class SpoolDamageTest {
  private static final int READINGS = 120;
  private static final int TORN_BYTES = 4096;
  private static final SpoolLimits LIMITS =
      SpoolLimits.same(new LaneLimits(1 << 20, 1 << 16, Duration.ofMillis(1), 256));

  @TempDir Path written;
  @TempDir Path elsewhere;
  private byte[] log = new byte[0];

  /// One segment with a batch for each reading, and the one that a second start began.
  @BeforeEach
  void write() throws Exception {
    try (Spool spool = open(written)) {
      for (int i = 0; i < READINGS; i++) {
        spool.append(Lane.TELEMETRY, List.of(reading(i)));
        spool.next(Duration.ofSeconds(5)).orElseThrow();
      }
    }
    try (Stream<Path> files = Files.list(written.resolve("telemetry"))) {
      log = Files.readAllBytes(files.sorted().toList().getFirst());
    }
  }

  @Test
  void aLogTornAnywhereInItsLastBytesGivesAllBeforeAndGoesOn() throws Exception {
    for (int length = log.length; length > log.length - 250; length--) {
      torn(length);
    }
    for (int length = log.length; length > log.length - TORN_BYTES; length -= 37) {
      torn(length);
    }
  }

  @Test
  @Tag("long")
  void aLogTornAtAnyOfItsLastBytesGivesAllBeforeAndGoesOn() throws Exception {
    for (int length = log.length; length > log.length - TORN_BYTES; length--) {
      torn(length);
    }
  }

  /// What was acknowledged before the cut comes, whole and in order, and so does what is kept
  /// after.
  private void torn(int length) throws Exception {
    int whole = wholeBefore(length);
    List<Integer> expected = new ArrayList<>(upTo(whole));
    expected.add(READINGS);

    List<Integer> given = reopened(Arrays.copyOf(log, length), READINGS).given();

    assertThat(given).as("cut at %s of %s", length, log.length).isEqualTo(expected);
  }

  /// How many readings there are in records that end before that.
  private int wholeBefore(int length) throws IOException {
    int readings = 0;
    var bytes = ByteBuffer.wrap(log);
    for (int at = 0, end; at < length; at = end) {
      end = at + RecordCodec.HEADER_BYTES + bytes.getInt(at);
      byte[] body = Arrays.copyOfRange(log, at + RecordCodec.HEADER_BYTES, end);
      if (end <= length && RecordCodec.parse(body) instanceof LogRecord.Accepted accepted) {
        readings += accepted.samples().size();
      }
    }
    return readings;
  }

  /// It is in the record of a reading or in that of its batch: the other one is there.
  @Test
  void aFlippedBitInWhatAStartReadsCostsNothing() throws Exception {
    var random = new Random(7);
    int found = 0;
    for (int i = 0; i < 40; i++) {
      byte[] damaged = log.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));

      Reopened reopened = reopened(damaged);

      assertThat(reopened.given())
          .as("bit flipped in byte %s", at)
          .containsExactlyInAnyOrderElementsOf(upTo(READINGS));
      found += reopened.stats().damagedBytes() > 0 ? 1 : 0;
    }
    assertThat(found).as("damaged batches").isPositive();
  }

  /// What a start does not read holds batches that are sealed; their readings' own records are not
  /// asked for any more.
  @Test
  void aFlippedBitFurtherBackCostsAtMostTheRecordThatItIsIn() throws Exception {
    var random = new Random(7);
    int lost = 0;
    for (int i = 0; i < 40; i++) {
      Path folder = folderWith(log);
      try (Spool spool = open(folder)) {
        spool.append(Lane.TELEMETRY, List.of(reading(READINGS)));
      }
      byte[] damaged = log.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(folder.resolve("telemetry/0000000001.log"), damaged);

      Reopened reopened = drained(folder);

      int missing = READINGS + 1 - reopened.given().size();
      assertThat(reopened.given()).as("byte %s", at).isSorted().doesNotHaveDuplicates();
      assertThat(missing).as("byte %s", at).isBetween(0, 1);
      lost += missing;
      if (missing > 0) {
        assertThat(reopened.stats().damagedBytes()).isPositive();
      }
    }
    assertThat(lost).as("some bits were of batches").isPositive();
  }

  @Test
  void whatIsMissingAfterDamageIsCountedAndTheBytesArePutAside() throws Exception {
    byte[] damaged = log.clone();
    Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 700, (byte) 0xA5);

    Reopened reopened = reopened(damaged);

    int missing = READINGS - reopened.given().size();
    assertThat(missing).isBetween(2, 20);
    // The first of those whose batch is gone is there, and comes later.
    assertThat(reopened.stats().gap().readings()).isBetween((long) missing, missing + 1L);
    assertThat(reopened.stats().gap().recent())
        .singleElement()
        .satisfies(stretch -> assertThat(stretch.cause()).isEqualTo(Gap.Cause.DAMAGE));
    try (Stream<Path> kept = Files.list(reopened.folder().resolve("telemetry/damaged"))) {
      assertThat(kept).isNotEmpty();
    }
  }

  @Test
  void aLogOfBytesThatMeanNothingOpensEmpty() throws Exception {
    var garbage = new byte[200_000];
    new Random(3).nextBytes(garbage);

    Reopened reopened = reopened(garbage);

    assertThat(reopened.given()).isEmpty();
  }

  @Test
  void aRecordOfALaterAgentIsLeftAlone() throws Exception {
    byte[] body = {77, 1, 2, 3};
    var frame = ByteBuffer.allocate(RecordCodec.HEADER_BYTES + body.length);
    frame.putInt(body.length).putInt(RecordCodec.checksum(body, 0, body.length)).put(body);
    byte[] longer = Arrays.copyOf(log, log.length + frame.capacity());
    System.arraycopy(frame.array(), 0, longer, log.length, frame.capacity());

    assertThat(reopened(longer).given()).isEqualTo(upTo(READINGS));
  }

  private record Reopened(Path folder, List<Integer> given, SpoolStats stats) {}

  private Reopened reopened(byte[] segment, int... more) throws Exception {
    Path folder = folderWith(segment);
    try (Spool spool = open(folder)) {
      for (int value : more) {
        spool.append(Lane.TELEMETRY, List.of(reading(value)));
      }
    }
    return drained(folder);
  }

  private Path folderWith(byte[] segment) throws IOException {
    Path folder = Files.createTempDirectory(elsewhere, "spool");
    Files.createDirectories(folder.resolve("telemetry"));
    Files.copy(written.resolve("epoch"), folder.resolve("epoch"));
    Files.write(folder.resolve("telemetry/0000000001.log"), segment);
    return folder;
  }

  private static Reopened drained(Path folder) throws Exception {
    List<Integer> given = new ArrayList<>();
    try (Spool spool = open(folder)) {
      Optional<SealedBatch> batch = spool.next(Duration.ZERO);
      while (batch.isPresent()) {
        new String(batch.get().payload(), StandardCharsets.UTF_8)
            .lines()
            .forEach(line -> given.add(Integer.valueOf(line)));
        spool.acknowledge(batch.get());
        batch = spool.next(Duration.ZERO);
      }
      return new Reopened(folder, given, spool.stats(Lane.TELEMETRY));
    }
  }

  private static Reading reading(int value) {
    return new Reading("gw", "n", "", 1_700_000_000_000L + value, value);
  }

  private static List<Integer> upTo(int count) {
    return Stream.iterate(0, i -> i + 1).limit(count).toList();
  }

  /// Real files, and nothing forced for real: there are thousands of starts.
  private static Spool open(Path folder) throws IOException {
    var disk = new FaultyDisk(folder, RandomGenerator.getDefault());
    return Spool.open(disk.folder(), LIMITS, SpoolDamageTest::text, Clock.systemUTC());
  }

  private static byte[] text(BatchId id, List<Reading> readings) {
    var text = new StringBuilder();
    readings.forEach(reading -> text.append((int) reading.value()).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
