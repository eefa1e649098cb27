// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.cloud.TelemetryEncoder;
import io.fieldline.agent.spool.FaultyDisk.Operation;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A spool against a model that is two sets: what was acknowledged to sensors, and what came to the
/// cloud. Its disk fails, or loses its power, at any operation.
@Timeout(400)
class CrashedSpoolTest {
  private static final SpoolLimits LIMITS =
      SpoolLimits.same(new LaneLimits(1 << 20, 4096, Duration.ofMillis(1), 256));

  private static final int DEVICES = 3;

  @TempDir Path folder;

  /// What one sensor was told and one cloud was sent.
  private static final class Model {
    private final Set<Long> acknowledged = new HashSet<>();
    private final Map<BatchId, List<Long>> came = new HashMap<>();
    private long next;

    /// Some readings, which are kept or refused together.
    void append(Spool spool, int count) throws InterruptedException {
      List<Reading> readings = new ArrayList<>();
      List<Long> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        numbers.add(next);
        // Of several devices, so that a write holds several records.
        String device = "gw" + next % DEVICES;
        readings.add(new Reading(device, "n", "", 1_700_000_000_000L + next, next));
        next++;
      }
      try {
        spool.append(Lane.TELEMETRY, readings);
        acknowledged.addAll(numbers);
      } catch (SpoolException _) {
        // The sensor was told so.
      }
    }

    void came(SealedBatch batch) throws MessageException {
      List<Long> numbers = new ArrayList<>();
      MessageCodec.decodeBatch(batch.payload())
          .readings()
          .forEach(reading -> numbers.add((long) reading.value()));
      List<Long> before = came.putIfAbsent(batch.id(), numbers);
      assertThat(before).as("what %s brought before", batch.id()).isIn(null, numbers);
    }

    void check(String what) {
      List<Long> all = came.values().stream().flatMap(List::stream).toList();
      assertThat(all).as(what).doesNotHaveDuplicates();
      var missing = new TreeSet<>(acknowledged);
      missing.removeAll(new HashSet<>(all));
      assertThat(missing).as("acknowledged and not come, " + what).isEmpty();
    }
  }

  @Test
  void whatIsAcknowledgedComesThoughThePowerGoesAtAnyOperation() throws Exception {
    int cycles = Integer.getInteger("fieldline.powerCuts", 60);
    for (int seed = 0; seed < cycles; seed++) {
      RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
      var disk = new FaultyDisk(Files.createDirectory(folder.resolve("disk-" + seed)), random);
      var model = new Model();
      boolean wasSick = false;
      for (int life = 0; life < 4; life++) {
        disk.losePowerAfter(random.nextInt(1, 80));
        boolean isSick = random.nextInt(3) == 0;
        wasSick |= isSick;
        disk.trouble(isSick ? sick(random.nextInt()) : (_, _) -> {});
        live(disk, model, random, isSick);
        disk.trouble((_, _) -> {});
        if (random.nextBoolean()) {
          disk.powerCycle();
        } else {
          disk.losePowerAfter(Long.MAX_VALUE / 2);
        }
      }
      Gap gap = drain(disk, model);
      model.check("seed " + seed);
      if (!wasSick) {
        // After a write that could not be taken back numbers are left out; that may look like a
        // loss.
        assertThat(gap).as("seed " + seed).isEqualTo(Gap.NONE);
      }
    }
  }

  /// One in eight changes fails, and a read now and then, as where a card wears out.
  private static FaultyDisk.Trouble sick(int seed) {
    var random = new Random(seed);
    return (operation, file) -> {
      int oneIn =
          switch (operation) {
            case OPEN -> Integer.MAX_VALUE;
            case READ -> 256;
            default -> 8;
          };
      if (random.nextInt(oneIn) == 0) {
        throw new IOException(file + ": Input/output error");
      }
    };
  }

  /// Until the power is gone.
  private static void live(FaultyDisk disk, Model model, RandomGenerator random, boolean isSick)
      throws Exception {
    Spool spool;
    try {
      spool = open(disk);
    } catch (IOException e) {
      assertThat(isSick || disk.isWithoutPower()).as("cannot open: " + e).isTrue();
      return;
    }
    List<SealedBatch> out = new ArrayList<>();
    try (spool) {
      while (!disk.isWithoutPower()) {
        switch (random.nextInt(5)) {
          case 0, 1 -> model.append(spool, random.nextInt(1, 6));
          case 2 -> {
            Optional<SealedBatch> batch = spool.next(Duration.ofMillis(2));
            if (batch.isPresent()) {
              out.add(batch.get());
              model.came(batch.get());
            }
          }
          case 3 -> {
            if (!out.isEmpty()) {
              spool.acknowledge(out.remove(random.nextInt(out.size())));
            }
          }
          default -> {
            spool.rewind();
            out.clear();
          }
        }
      }
    } catch (IOException e) {
      assertThat(disk.isWithoutPower()).as("failed: " + e).isTrue();
    }
  }

  @Test
  void aForceThatFailsIsToldToTheSensorAndCostsNothingThatWasAcknowledged() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(1);
    var disk = new FaultyDisk(Files.createDirectory(folder.resolve("disk")), random);
    var model = new Model();
    var failures = new AtomicInteger();
    try (Spool spool = open(disk)) {
      for (int i = 0; i < 100; i++) {
        boolean fails = i % 3 == 0;
        disk.trouble((operation, file) -> {
          if (fails && operation == Operation.FORCE) {
            failures.incrementAndGet();
            throw new IOException(file + ": Input/output error");
          }
        });
        int before = model.acknowledged.size();
        model.append(spool, 5);
        assertThat(model.acknowledged.size() - before).isEqualTo(fails ? 0 : 5);
      }
    }
    assertThat(failures).hasValueGreaterThanOrEqualTo(33);
    disk.trouble((_, _) -> {});
    disk.powerCycle();
    drain(disk, model);
    model.check("after failures of force");
  }

  /// After a force that failed none brings it to the disk; whoever starts then has not seen it
  /// fail.
  @Test
  void whatAFailedForceLeftIsNotBuiltOnAfterAKill() throws Exception {
    aForceThatFailedBeforeAKill(false);
  }

  @Test
  void norWhereTheStartCannotWriteAtFirst() throws Exception {
    aForceThatFailedBeforeAKill(true);
  }

  private void aForceThatFailedBeforeAKill(boolean cannotWriteAtFirst) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(1);
    var disk = new FaultyDisk(Files.createDirectory(folder.resolve("disk")), random);
    var model = new Model();
    leavesWhatIsNotForced(disk, model);
    disk.trouble((operation, file) -> {
      if (cannotWriteAtFirst && isLog(file) && operation == Operation.TRUNCATE) {
        throw new IOException(file + ": Input/output error");
      }
    });
    try (Spool spool = open(disk)) {
      disk.trouble((_, _) -> {});
      model.append(spool, 5);
    }
    assertThat(model.acknowledged).hasSize(10);
    disk.powerCycle();
    drain(disk, model);
    model.check("after a force that failed, a kill and a power cut");
  }

  /// The checkpoint and the readings are forced; their batch is not, and is not cut off either.
  private static void leavesWhatIsNotForced(FaultyDisk disk, Model model) throws Exception {
    var forces = new AtomicInteger();
    var cuts = new AtomicInteger();
    disk.trouble((operation, file) -> {
      if (isLog(file) && operation == Operation.FORCE && forces.incrementAndGet() > 2
          || isLog(file) && operation == Operation.TRUNCATE && cuts.incrementAndGet() > 0) {
        throw new IOException(file + ": Input/output error");
      }
    });
    try (Spool spool = open(disk)) {
      model.append(spool, 5);
      while (cuts.get() == 0) {
        Thread.onSpinWait();
      }
      disk.losePowerAfter(0);
    }
    disk.losePowerAfter(Long.MAX_VALUE / 2);
  }

  private static boolean isLog(Path file) {
    return file.toString().endsWith(".log");
  }

  @Test
  void whereTheDiskCanOnlyBeReadWhatItHoldsStillGoesOut() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(1);
    var disk = new FaultyDisk(Files.createDirectory(folder.resolve("disk")), random);
    var model = new Model();
    try (Spool spool = open(disk)) {
      for (int i = 0; i < 50; i++) {
        model.append(spool, 5);
      }
    }
    disk.trouble((operation, file) -> {
      if (operation != Operation.READ && operation != Operation.OPEN) {
        throw new IOException(file + ": Read-only file system");
      }
    });
    int acknowledged = model.acknowledged.size();
    drain(disk, model);
    try (Spool spool = open(disk)) {
      model.append(spool, 1);
    }
    assertThat(model.acknowledged).hasSize(acknowledged);
    model.check("read only");
  }

  /// What the spool itself counts as lost.
  private static Gap drain(FaultyDisk disk, Model model) throws Exception {
    try (Spool spool = open(disk)) {
      Optional<SealedBatch> batch = spool.next(Duration.ofMillis(20));
      while (batch.isPresent()) {
        model.came(batch.get());
        spool.acknowledge(batch.get());
        batch = spool.next(Duration.ofMillis(20));
      }
      return spool.stats().gap();
    }
  }

  private static Spool open(FaultyDisk disk) throws IOException {
    return Spool.open(disk.folder(), LIMITS, new TelemetryEncoder(false), Clock.systemUTC());
  }
}
