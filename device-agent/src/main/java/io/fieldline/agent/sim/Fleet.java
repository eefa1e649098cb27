// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/// All devices, from their first connection to the audit.
final class Fleet implements AutoCloseable {
  private static final Duration ASK_EVERY = Duration.ofMillis(100);
  private static final int CLOSING_AT_ONCE = 64;

  private final FleetOptions options;
  private final List<FleetDevice> devices = new ArrayList<>();
  private final Latencies latencies = new Latencies();
  private final SplittableRandom random;

  /// A fleet that is not started yet.
  ///
  /// @param folder where its agents keep their spools
  Fleet(FleetOptions options, Path folder) throws IOException, ConfigException {
    this.options = options;
    this.random = new SplittableRandom(options.seed());
    List<FleetIdentity> all = FleetIdentity.of(options.fleet());
    if (options.devices() != Integer.MAX_VALUE && options.devices() > all.size()) {
      throw new FleetException(
          "--devices: at most "
              + all.size()
              + " expected, as many as --fleet has, got "
              + options.devices());
    }
    for (FleetIdentity identity : all.subList(0, Math.min(all.size(), options.devices()))) {
      devices.add(
          new FleetDevice(
              configuration(identity, folder.resolve(identity.thing())),
              options.sensors(),
              Clock.systemUTC(),
              random.split(),
              latencies));
    }
  }

  /// An agent's own file, read as any agent reads it.
  private AgentConfig configuration(FleetIdentity identity, Path folder)
      throws IOException, ConfigException {
    Files.createDirectories(folder);
    Path file = folder.resolve("agent.yaml");
    Files.writeString(
        file,
        """
        thing: %s
        stage: %s
        folder: .
        trustMachineClock: true
        cloud:
          endpoint: %s
          certificate: "%s"
          key: "%s"
          path: %s
          maxBackoffMs: 10000
        %s
        batch: {windowMs: %d}
        spool: {segmentBytes: 65536, maxBytes: 16777216, alarmMaxBytes: 65536, windowMaxBytes: 65536, bulkMaxBytes: 65536, minFreeBytes: 0}
        tcp: {enabled: false}
        http: {enabled: false}
        mqtt: {enabled: false}
        machine: {enabled: false}
        metrics: {enabled: false}
        control: {enabled: false}
        actuators: {lamp: {type: switch}}
        """
            .formatted(
                identity.thing(),
                options.stage(),
                options.endpoint(),
                identity.certificate(),
                identity.key(),
                options.path(),
                options.authority().map(ca -> "  ca: \"" + ca.toAbsolutePath() + "\"").orElse(""),
                options.window().toMillis()));
    return ConfigFile.read(file);
  }

  List<FleetDevice> devices() {
    return devices;
  }

  Latencies latencies() {
    return latencies;
  }

  /// Starts one device after the other, as fast as connections are allowed to come.
  void start() throws IOException, InterruptedException {
    long began = System.nanoTime();
    long pauseNanos = 1_000_000_000L / options.connectsPerSecond();
    for (int i = 0; i < devices.size(); i++) {
      long early = began + i * pauseNanos - System.nanoTime();
      if (early > 0) {
        Thread.sleep(Duration.ofNanos(early));
      }
      devices.get(i).start();
    }
  }

  void sense() {
    devices.forEach(device -> device.sense(options.every(), options.spread()));
  }

  void stopSensing() throws InterruptedException {
    for (FleetDevice device : devices) {
      device.stopSensing();
    }
  }

  /// Lets the script happen; returns when the last step is over.
  void follow(Script script) throws InterruptedException {
    List<Thread> going = new ArrayList<>();
    long began = System.nanoTime();
    for (Script.Step step : script.steps()) {
      long early = began + step.at().toNanos() - System.nanoTime();
      if (early > 0) {
        Thread.sleep(Duration.ofNanos(early));
      }
      List<FleetDevice> those = drawn(step.share());
      going.add(
          Thread.ofVirtual().name("step-" + step.at()).start(() -> happen(step.event(), those)));
    }
    for (Thread step : going) {
      step.join();
    }
  }

  private List<FleetDevice> drawn(double share) {
    List<FleetDevice> left = new ArrayList<>(devices);
    List<FleetDevice> drawn = new ArrayList<>();
    long many = Math.round(share * devices.size());
    while (drawn.size() < many) {
      drawn.add(left.remove(random.nextInt(left.size())));
    }
    return drawn;
  }

  private static void happen(Script.Event event, List<FleetDevice> those) {
    try {
      switch (event) {
        case Script.Outage(var duration) -> {
          those.forEach(FleetDevice::cutLink);
          Thread.sleep(duration);
          those.forEach(FleetDevice::restoreLink);
        }
        case Script.Burst(var duration, var factor) -> {
          those.forEach(device -> device.factor(factor));
          Thread.sleep(duration);
          those.forEach(device -> device.factor(1));
        }
        case Script.Restart() -> {
          for (FleetDevice device : those) {
            device.stop();
            device.start();
          }
        }
      }
    } catch (IOException e) {
      throw new FleetException("a device did not start again: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until all that was accepted is acknowledged, or that time is over.
  void settle(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline) {
      FleetReport now = report();
      if (now.finding().readings() + now.lost() >= now.accepted()) {
        return;
      }
      Thread.sleep(ASK_EVERY);
    }
  }

  FleetReport report() {
    var finding = SequenceAudit.Finding.NOTHING;
    int connected = 0;
    long sessions = 0;
    long accepted = 0;
    long refused = 0;
    long lost = 0;
    for (FleetDevice device : devices) {
      finding = finding.plus(device.finding());
      connected += device.isConnected() ? 1 : 0;
      sessions += device.sessions();
      accepted += device.accepted();
      refused += device.refused();
      lost += device.lost();
    }
    return new FleetReport(
        devices.size(), connected, sessions, accepted, refused, lost, finding, latencies);
  }

  /// Stops all agents, many at once: each waits for its connection to end.
  @Override
  public void close() {
    var permits = new Semaphore(CLOSING_AT_ONCE);
    var closed = new CountDownLatch(devices.size());
    for (FleetDevice device : devices) {
      permits.acquireUninterruptibly();
      Thread.ofVirtual()
          .start(() -> {
            try {
              device.stop();
            } finally {
              permits.release();
              closed.countDown();
            }
          });
    }
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
