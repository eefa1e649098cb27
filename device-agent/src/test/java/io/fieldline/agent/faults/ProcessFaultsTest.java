// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.AgentProcess;
import io.fieldline.agent.Credentials;
import io.fieldline.agent.NetworkBetween;
import io.fieldline.agent.TestCloud;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens to the agent's process, with a cloud that takes readings meanwhile. `./fieldline
/// bench agent-crash --kills 1000` is the long form of the kills.
@Order(3)
class ProcessFaultsTest {
  private static final int KILLS = 3;

  /// A batch that was acknowledged in the last 200 ms, and the disk does not know it.
  private static final int ACKNOWLEDGED = 8;

  /// Takes the sensor some 300 ms, in which the agent notes how far the cloud has come.
  private static final int SAID_INTO_NOTHING = 150;

  @TempDir Path folder;

  private final Audit audit = new Audit();
  private volatile int port = 1;

  /// The line carries nothing for a while before each kill, so that the agent believes batches on
  /// their way that the cloud never sees.
  @Test
  @Timeout(90)
  void killedAtRandomMoments() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(7);
    try (var cloud = new TestCloud(new Credentials(folder), 0);
        var network = new NetworkBetween(cloud.port());
        var sensor = new SteadySensor(() -> port, audit)) {
      Path config = AgentProcess.config(folder, "localhost:" + network.port(), "");
      for (int kill = 0; kill < KILLS; kill++) {
        try (var agent = new AgentProcess(config)) {
          port = AgentProcess.port(agent.await("ready"), "tcp");
          agent.await("connected");
          int wanted = cloud.batches().size() + random.nextInt(2, 12);
          Rig.await("batches", () -> cloud.batches().size() >= wanted);
          network.swallow();
          int said = audit.acknowledged() + SAID_INTO_NOTHING;
          Rig.await("acknowledged", () -> audit.acknowledged() >= said);
          agent.kill();
        }
      }
      try (var agent = new AgentProcess(config)) {
        port = AgentProcess.port(agent.await("ready"), "tcp");
        ends(cloud, sensor, KILLS * (Rig.WINDOW + ACKNOWLEDGED));
      }
    }
  }

  @Test
  @Timeout(90)
  void stoppedForLongerThanTheCloudWaitsForAPing() throws Exception {
    stopped(Duration.ofSeconds(8), "\n  keepAliveSeconds: 5");
  }

  @Test
  @Tag("long")
  @Timeout(500)
  void stoppedForFiveMinutes() throws Exception {
    stopped(Duration.ofMinutes(5), "");
  }

  /// As a debugger, a virtual machine that is moved, or a laptop's lid does it. The cloud hears no
  /// ping meanwhile and ends the session.
  private void stopped(Duration time, String inCloud) throws Exception {
    try (var cloud = new TestCloud(new Credentials(folder), 0);
        var sensor = new SteadySensor(() -> port, audit)) {
      Path config = AgentProcess.config(folder, "localhost:" + cloud.port() + inCloud, "");
      try (var agent = new AgentProcess(config)) {
        port = AgentProcess.port(agent.await("ready"), "tcp");
        Rig.await("batches", () -> cloud.batches().size() >= 5);

        signal("STOP", agent);
        int acknowledged = audit.acknowledged();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
          LockSupport.parkNanos(end - System.nanoTime());
        }
        assertThat(cloud.isConnected()).as("without a ping").isFalse();
        assertThat(audit.acknowledged()).isLessThanOrEqualTo(acknowledged + SteadySensor.AT_ONCE);
        signal("CONT", agent);

        ends(cloud, sensor, 2 * Rig.WINDOW);
      }
    }
  }

  private static void signal(String name, AgentProcess agent) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(agent.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private void ends(TestCloud cloud, SteadySensor sensor, int againAtMost) {
    int wanted = audit.acknowledged() + 50;
    Rig.await("acknowledged", () -> audit.acknowledged() >= wanted);
    sensor.close();
    Rig.await("all that was acknowledged", () -> audit.isComplete(cloud.batches()));
    audit.check(cloud.batches(), 0, againAtMost);
  }
}
