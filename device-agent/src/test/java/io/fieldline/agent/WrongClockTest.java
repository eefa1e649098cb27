// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.ConfigFile;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An agent on a machine whose clock starts in 1970, as one without a battery does, and is set the
/// way people set clocks.
class WrongClockTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path folder;

  private final SetClock machine = new SetClock();

  @Test
  void readingsHaveTheirTrueTimesThoughTheClockStartsIn1970AndJumps() throws Exception {
    var credentials = new Credentials(folder);
    int port = freePort();
    machine.jump(Duration.ofMillis(60_000 - System.currentTimeMillis()));
    long first;
    long second;
    try (DeviceAgent agent = agent(port)) {
      first = says(agent, 1);
    }
    try (DeviceAgent agent = agent(port)) {
      second = says(agent, 2);
      try (var cloud = new TestCloud(credentials, port)) {
        assertTime(cloud, 1, first);
        assertTime(cloud, 2, second);
        machine.jump(Duration.ZERO);
        assertTime(cloud, 3, says(agent, 3));
        machine.jump(DAY);
        assertTime(cloud, 4, says(agent, 4));
        machine.jump(DAY.negated());
        assertTime(cloud, 5, says(agent, 5));
      }
    }
  }

  /// As the targets have it: a boot in 1970, a minute without the time, and jumps of a day while
  /// readings come all the time.
  @Test
  @Tag("long")
  @Timeout(300)
  void everyReadingIsWithinASecondOfTheTruthAndNoTimerStandsStill() throws Exception {
    var credentials = new Credentials(folder);
    int port = freePort();
    machine.jump(Duration.ofMillis(60_000 - System.currentTimeMillis()));
    var steady = new Steady();
    try (DeviceAgent agent = agent(port);
        var sensor = new Sensor(agent)) {
      steady.runs(sensor, Optional.empty(), Duration.ofSeconds(60));
      try (var cloud = new TestCloud(credentials, port)) {
        awaitBatches(cloud, 1);
        steady.lastNanos = System.nanoTime();
        for (Duration error : List.of(machine.error(), Duration.ZERO, DAY, DAY.negated())) {
          machine.jump(error);
          steady.runs(sensor, Optional.of(cloud), Duration.ofSeconds(15));
        }
        long worstMs = 0;
        for (int value = 0; value < steady.truthMs.size(); value++) {
          assertTime(cloud, value, steady.truthMs.get(value));
          worstMs = Math.max(worstMs, errorMs(cloud, value, steady.truthMs.get(value)));
        }
        System.out.printf(
            "readings %d, farthest from the truth %d ms, longest time without a batch %d ms%n",
            steady.truthMs.size(), worstMs, steady.longestMs);
        assertThat(steady.longestMs).as("longest time without a batch").isLessThan(2_000);
      }
    }
  }

  private static long errorMs(TestCloud cloud, int value, long truthMs) {
    return Math.abs(found(cloud, value).getFirst().atMs() - truthMs);
  }

  private static void awaitBatches(TestCloud cloud, int count) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (cloud.batches().size() < count) {
      assertThat(System.nanoTime()).as("%s batches in time", count).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /// Ten readings a second, their values their places in a list of when they were said, in truth.
  private static final class Steady {
    private final List<Long> truthMs = new ArrayList<>();
    private int batches;
    private long lastNanos;
    private long longestMs;

    void runs(Sensor sensor, Optional<TestCloud> cloud, Duration time) throws IOException {
      long end = System.nanoTime() + time.toNanos();
      for (long due = System.nanoTime(); due < end; due += 100_000_000) {
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        truthMs.add(System.currentTimeMillis());
        sensor.says("n=" + (truthMs.size() - 1), "ok 1");
        cloud.ifPresent(to -> looks(to.batches().size()));
      }
    }

    private void looks(int now) {
      long nanos = System.nanoTime();
      longestMs = Math.max(longestMs, (nanos - lastNanos) / 1_000_000);
      if (now > batches) {
        batches = now;
        lastNanos = nanos;
      }
    }
  }

  private DeviceAgent agent(int port) throws Exception {
    Path config = AgentProcess.config(folder, "localhost:" + port, "");
    return new DeviceAgent(ConfigFile.read(config), machine, RandomGenerator.getDefault());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Says a value, and returns when it was, in truth.
  private static long says(DeviceAgent agent, int value) throws IOException {
    try (var sensor = new Sensor(agent)) {
      long truth = System.currentTimeMillis();
      sensor.says("n=" + value, "ok 1");
      return truth;
    }
  }

  private static void assertTime(TestCloud cloud, int value, long truth) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    List<Reading> found = found(cloud, value);
    while (found.isEmpty()) {
      assertThat(System.nanoTime()).as("value %s in time", value).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      found = found(cloud, value);
    }
    assertThat(found.getFirst().atMs())
        .as("time of value %s", value)
        .isBetween(truth - 1000, truth + 1000);
  }

  private static List<Reading> found(TestCloud cloud, int value) {
    return cloud.batches().stream()
        .flatMap(batch -> batch.readings().stream())
        .filter(reading -> reading.value() == value)
        .toList();
  }
}
