// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.AgentProcess;
import io.fieldline.agent.Credentials;
import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.NetworkBetween;
import io.fieldline.agent.SetClock;
import io.fieldline.agent.TestCloud;
import io.fieldline.agent.config.ConfigFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// An agent in this process with a sensor that never rests, and its cloud behind a network that
/// does what it is told.
final class Rig implements AutoCloseable {
  static final int WINDOW = 16;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  final Path folder;
  final Credentials credentials;
  final TestCloud cloud;
  final NetworkBetween network;
  final SetClock clock = new SetClock();
  final Audit audit = new Audit();
  private volatile DeviceAgent agent;
  private long earlierSessions;
  private int restarts;
  private SteadySensor sensor;

  /// @param inCloud keys of the section `cloud` besides
  Rig(Path folder, Endpoint endpoint, String inCloud) throws Exception {
    this.folder = folder;
    this.credentials = new Credentials(folder);
    this.cloud = new TestCloud(credentials, 0);
    this.network = new NetworkBetween(cloud.port());
    this.agent = started(endpoint, inCloud);
    this.sensor = new SteadySensor(this::port, audit);
  }

  /// Where the agent believes its cloud to be.
  interface Endpoint {
    Endpoint NETWORK = rig -> "localhost:" + rig.network.port();

    String of(Rig rig);
  }

  private DeviceAgent started(Endpoint endpoint, String inCloud) throws Exception {
    String cloudSection = endpoint.of(this) + "\n  inFlight: " + WINDOW + inCloud;
    Path config = AgentProcess.config(folder, cloudSection, "");
    return new DeviceAgent(ConfigFile.read(config), clock, RandomGenerator.getDefault());
  }

  DeviceAgent agent() {
    return agent;
  }

  int port() {
    return agent.addresses().get("tcp").getPort();
  }

  /// Stops the agent and starts it on the same folder.
  void restart(Endpoint endpoint, String inCloud) throws Exception {
    agent.close();
    earlierSessions += agent.link().session();
    restarts++;
    agent = started(endpoint, inCloud);
  }

  /// Waits until so many more readings were acknowledged to the sensor.
  void takesInMore(int readings) {
    int wanted = audit.acknowledged() + readings;
    await("acknowledged", () -> audit.acknowledged() >= wanted);
  }

  /// Waits until so many more batches have come.
  void deliversMore(int batches) {
    int wanted = cloud.batches().size() + batches;
    await("batches", () -> cloud.batches().size() >= wanted);
  }

  /// Another sensor says a line; the answer.
  String says(String line) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port());
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      return in.readLine();
    }
  }

  int refused() {
    return sensor.refused();
  }

  /// The sensor rests; all that was acknowledged is to come.
  ///
  /// @param reportedLost readings that the agent is to have counted as lost
  void audit(long reportedLost) {
    sensor.close();
    if (reportedLost == 0) {
      await("all that was acknowledged", () -> audit.isComplete(cloud.batches()));
    }
    assertThat(agent.spool().stats().gap().readings()).isEqualTo(reportedLost);
    long sessions = earlierSessions + agent.link().session();
    audit.check(cloud.batches(), reportedLost, (sessions + restarts) * WINDOW);
  }

  static void await(String what, BooleanSupplier done) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what + " in time").isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    sensor.close();
    agent.close();
    network.close();
    cloud.close();
  }
}
