// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.edge.EdgeRules;
import io.fieldline.agent.gateway.Children;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.spool.LaneLimits;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolLimits;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A real intake into a real spool, of the thing `gw`, that shows what was kept.
public final class TestIntake implements AutoCloseable {
  private final Metrics metrics = new Metrics();
  private final Sources sources = new Sources(Clock.systemUTC(), System::nanoTime);
  private final Spool spool;
  private final Intake intake;
  private final ReadingParser parser = new ReadingParser("gw", Clock.systemUTC());
  private final BlockingQueue<Reading> kept = new LinkedBlockingQueue<>();

  public TestIntake(Path folder) throws IOException {
    this(folder, ChildrenConfig.OPEN);
  }

  public TestIntake(Path folder, ChildrenConfig children) throws IOException {
    var limits = SpoolLimits.same(new LaneLimits(1 << 20, 1 << 16, Duration.ofMillis(20), 4500));
    spool = Spool.open(folder.resolve("spool"), limits, (_, _) -> new byte[1], Clock.systemUTC());
    intake =
        new Intake(
            spool,
            metrics,
            new EdgeRules(List.of()),
            sources,
            new Children("gw", children, System::nanoTime));
    intake.onHeard(kept::addAll);
  }

  public Intake intake() {
    return intake;
  }

  public ReadingParser parser() {
    return parser;
  }

  public Metrics metrics() {
    return metrics;
  }

  /// How that source is.
  public Sources.Source source(String name) {
    return sources.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  /// Waits until that source failed.
  public void awaitFailure(String name, String why) throws InterruptedException {
    await(() ->
        sources.all().stream().anyMatch(s -> s.name().equals(name) && s.lastError().contains(why)));
  }

  /// The next reading that was kept.
  public Reading next() throws InterruptedException {
    Reading next = kept.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no reading within 20 s");
    }
    return next;
  }

  /// The next readings, each as `device/sensor=value unit`, without the time.
  public List<String> next(int count) throws InterruptedException {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shown.add(shown(next()));
    }
    return shown;
  }

  /// Those that are kept and were not asked for.
  public List<String> rest() {
    List<Reading> all = new ArrayList<>();
    kept.drainTo(all);
    return all.stream().map(TestIntake::shown).toList();
  }

  private static String shown(Reading reading) {
    return (reading.device()
            + "/"
            + reading.sensor()
            + "="
            + reading.value()
            + " "
            + reading.unit())
        .strip();
  }

  public static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  /// Takes no more.
  public void closeSpool() throws IOException {
    spool.close();
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }
}
