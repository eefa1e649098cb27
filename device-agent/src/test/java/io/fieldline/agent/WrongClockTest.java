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
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
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
