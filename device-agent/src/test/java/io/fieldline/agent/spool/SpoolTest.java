// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final int MOST_IN_A_BATCH = 100;
  private static final BatchEncoder TEXT =
      (id, samples) -> {
        var text = new StringBuilder();
        for (Reading sample : samples) {
          text.append(id.device()).append('/').append(sample.sensor()).append('=');
          text.append((long) sample.value()).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
      };

  @TempDir Path folder;

  @Test
  void acceptedReadingsComeOutOnceAndInOrder() throws Exception {
    List<String> out = new ArrayList<>();
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      for (int i = 0; i < 100; i++) {
        spool.append(Lane.TELEMETRY, List.of(sample("gw", i), sample("child", i)));
      }
      drain(spool, out, 200);
    }

    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      assertThat(spool.next(Duration.ofMillis(50))).isEmpty();
    }
    assertThat(out).hasSize(200).doesNotHaveDuplicates();
    assertThat(out.stream().filter(line -> line.startsWith("gw/")).toList())
        .isEqualTo(Stream.iterate(0, i -> i + 1).limit(100).map(i -> "gw/t=" + i).toList());
  }

  @Test
  void batchNotAcknowledgedComesAgainByteForByteAfterRestart() throws Exception {
    SealedBatch first;
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      spool.append(Lane.TELEMETRY, List.of(sample("gw", 1), sample("gw", 2)));
      first = spool.next(Duration.ofSeconds(5)).orElseThrow();
    }

    SealedBatch again;
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      again = spool.next(Duration.ofSeconds(5)).orElseThrow();
    }

    assertThat(again.payload()).isEqualTo(first.payload());
    assertThat(again.id()).isEqualTo(first.id());
  }

  @Test
  void sequenceNumbersGoOnAfterEverythingWasAcknowledgedAndDeleted() throws Exception {
    try (Spool spool = open(limits(1 << 20, 4096))) {
      for (int i = 0; i < 300; i++) {
        spool.append(Lane.TELEMETRY, List.of(sample("gw", i)));
      }
      drain(spool, new ArrayList<>(), 300);
    }

    BatchId id;
    try (Spool spool = open(limits(1 << 20, 4096))) {
      spool.append(Lane.TELEMETRY, List.of(sample("gw", 300)));
      id = spool.next(Duration.ofSeconds(5)).orElseThrow().id();
    }

    assertThat(id.firstSeq()).isEqualTo(300);
  }

  @Test
  void tornTailIsCutOffAndNothingBeforeItIsLost() throws Exception {
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      spool.append(Lane.TELEMETRY, List.of(sample("gw", 1)));
    }
    Path last = lastSegment();
    Files.write(last, new byte[] {0, 0, 0, 40, 1, 2, 3, 4, 5, 6}, StandardOpenOption.APPEND);

    List<String> out = new ArrayList<>();
    SpoolStats stats;
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      drain(spool, out, 1);
      stats = spool.stats();
    }

    assertThat(out).containsExactly("gw/t=1");
    assertThat(stats.damagedBytes()).isEqualTo(10);
  }

  @Test
  void secondSpoolOnTheSameFolderIsRefusedByName() throws Exception {
    try (Spool _ = open(limits(1 << 20, 1 << 16))) {
      assertThatThrownBy(() -> open(limits(1 << 20, 1 << 16)))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void boundReachedDropsTheOldestAndCountsTheGap() throws Exception {
    SpoolStats stats;
    List<String> out = new ArrayList<>();
    try (Spool spool = open(limits(16_384, 4096))) {
      for (int i = 0; i < 1000; i++) {
        spool.append(Lane.TELEMETRY, List.of(sample("gw", i)));
      }
      assertThat(spool.stats(Lane.TELEMETRY).sizeBytes()).isLessThan(16_384 + 4096 + 1024);
      while (out.isEmpty() || !out.getLast().equals("gw/t=999")) {
        drain(spool, out, 1);
      }
      stats = spool.stats();
    }

    // A batch that was on its way when its segment went counts as lost, though it came out.
    long missing = 1000 - out.size();
    assertThat(missing).isPositive();
    assertThat(stats.gap().readings()).isBetween(missing, missing + MOST_IN_A_BATCH);
    assertThat(stats.gap().recent().getFirst().fromMs()).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void whatWasDroppedIsCountedThoughTheProcessEndsAtOnce(@TempDir Path elsewhere) throws Exception {
    List<String> out = new ArrayList<>();
    int kept = 0;
    try (Spool spool = open(limits(16_384, 4096))) {
      while (spool.stats().gap().readings() == 0) {
        spool.append(Lane.TELEMETRY, List.of(sample("gw", kept++)));
      }
      copySegments(elsewhere);
    }

    try (Spool spool = Spool.open(elsewhere, limits(1 << 20, 1 << 16), TEXT, Clock.systemUTC())) {
      while (out.isEmpty() || !out.getLast().equals("gw/t=" + (kept - 1))) {
        drain(spool, out, 1);
      }
      int missing = kept - out.size();
      assertThat(missing).isPositive();
      assertThat(spool.stats().gap().readings()).isGreaterThanOrEqualTo(missing);
    }
  }

  /// As a kill would leave them; what is dropped while it is copied may count twice.
  private void copySegments(Path to) throws IOException {
    List<Path> segments;
    try (Stream<Path> files = Files.list(folder.resolve("telemetry"))) {
      segments = files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
    }
    for (Path segment : segments) {
      try {
        Files.copy(segment, to.resolve(segment.getFileName()));
      } catch (NoSuchFileException dropped) {
        // So it would be after the kill.
      }
    }
  }

  @Test
  void rewindHandsOutAgainWhatWasNotAcknowledgedAndOnlyThat() throws Exception {
    List<Long> again = new ArrayList<>();
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      List<SealedBatch> batches = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        spool.append(Lane.TELEMETRY, List.of(sample("gw", i)));
        batches.add(spool.next(Duration.ofSeconds(5)).orElseThrow());
      }
      spool.acknowledge(batches.get(1));
      spool.rewind();
      for (int i = 0; i < 2; i++) {
        again.add(spool.next(Duration.ofSeconds(5)).orElseThrow().id().firstSeq());
      }
      assertThat(spool.next(Duration.ofMillis(50))).isEmpty();
    }

    assertThat(again).containsExactly(0L, 2L);
  }

  @Test
  void idleSpoolWritesNothing() throws Exception {
    try (Spool spool = open(limits(1 << 20, 1 << 16))) {
      spool.append(Lane.TELEMETRY, List.of(sample("gw", 1)));
      drain(spool, new ArrayList<>(), 1);
      spool.next(Duration.ofMillis(400));
      long before = spool.stats().sizeBytes();

      spool.next(Duration.ofMillis(600));

      assertThat(spool.stats().sizeBytes()).isEqualTo(before);
    }
  }

  private Spool open(SpoolLimits limits) throws IOException {
    return Spool.open(folder, limits, TEXT, Clock.systemUTC());
  }

  private static SpoolLimits limits(long maxBytes, int segmentBytes) {
    return SpoolLimits.same(new LaneLimits(maxBytes, segmentBytes, Duration.ofMillis(5), 512));
  }

  private static Reading sample(String device, int i) {
    return new Reading(device, "t", "", 1_700_000_000_000L + i, i);
  }

  private static void drain(Spool spool, List<String> lines, int readings) throws Exception {
    int missing = readings;
    while (missing > 0) {
      Optional<SealedBatch> batch = spool.next(Duration.ofSeconds(5));
      SealedBatch one = batch.orElseThrow();
      new String(one.payload(), StandardCharsets.UTF_8).lines().forEach(lines::add);
      missing -= one.readings();
      spool.acknowledge(one);
    }
  }

  private Path lastSegment() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("telemetry"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }
}
