// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One simulated device: a whole agent, and the sensors that feed it. What the script does to it
/// comes from one thread, its sensors have another.
final class FleetDevice {
  private final AgentConfig config;
  private final Clock clock;
  private final SplittableRandom random;
  private final List<SimulatedSensor> sensors;
  private final List<SensorModel.State> states = new ArrayList<>();
  private final Latencies latencies;
  private final SequenceAudit audit = new SequenceAudit();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong sessions = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long lostBefore;
  private volatile int factor = 1;
  private volatile @Nullable DeviceAgent agent;
  private @Nullable Thread sensing;

  FleetDevice(
      AgentConfig config,
      List<SimulatedSensor> sensors,
      Clock clock,
      SplittableRandom random,
      Latencies latencies) {
    this.config = config;
    this.sensors = sensors;
    this.clock = clock;
    this.random = random;
    this.latencies = latencies;
    sensors.forEach(sensor -> states.add(new SensorModel.State(sensor.model(), random.split())));
  }

  String thing() {
    return config.thing();
  }

  /// Starts the agent, which begins to connect.
  void start() throws IOException {
    agent =
        new DeviceAgent(
            config,
            clock,
            random.split(),
            (batch, after) -> {
              audit.acknowledged(batch);
              latencies.add(after);
            });
  }

  /// Its sensors begin, at some moment within so long.
  void sense(Duration every, Duration spread) {
    long first = random.nextLong(spread.toNanos());
    sensing = Thread.ofVirtual().name("sensors-" + thing()).start(() -> run(every, first));
  }

  private void run(Duration every, long firstNanos) {
    try {
      long waitNanos = firstNanos;
      while (!ended.await(waitNanos, TimeUnit.NANOSECONDS)) {
        long began = System.nanoTime();
        measure();
        waitNanos = every.toNanos() / factor - (System.nanoTime() - began);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void measure() throws InterruptedException {
    DeviceAgent now = agent;
    if (now == null) {
      return;
    }
    long nowMs = clock.millis();
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < sensors.size(); i++) {
      SimulatedSensor sensor = sensors.get(i);
      readings.add(
          new Reading(
              config.thing(), sensor.name(), sensor.unit(), nowMs, states.get(i).at(nowMs)));
    }
    try {
      now.intake().accept("simulator", readings);
      accepted.addAndGet(readings.size());
    } catch (SpoolException e) {
      // Full, or stopped for a restart: a sensor would keep it and try again.
      refused.addAndGet(readings.size());
    }
  }

  /// Its sensors end; what was accepted stays the agent's.
  void stopSensing() throws InterruptedException {
    ended.countDown();
    Thread running = sensing;
    if (running != null) {
      running.join();
    }
  }

  void factor(int times) {
    factor = times;
  }

  void cutLink() {
    DeviceAgent now = agent;
    if (now != null) {
      now.disconnect();
    }
  }

  void restoreLink() {
    DeviceAgent now = agent;
    if (now != null) {
      now.reconnect();
    }
  }

  /// Stops the agent; readings are refused until it is started again.
  void stop() {
    DeviceAgent now = agent;
    agent = null;
    if (now != null) {
      sessions.addAndGet(now.link().session());
      lostBefore = now.spool().stats().gap().readings();
      now.close();
    }
  }

  boolean isConnected() {
    DeviceAgent now = agent;
    return now != null && now.link().isConnected();
  }

  /// Sessions with the cloud so far.
  long sessions() {
    DeviceAgent now = agent;
    return sessions.get() + (now == null ? 0 : now.link().session());
  }

  long accepted() {
    return accepted.get();
  }

  long refused() {
    return refused.get();
  }

  /// Readings that the spool dropped for want of room, and counted.
  long lost() {
    DeviceAgent now = agent;
    return Math.max(lostBefore, now == null ? 0 : now.spool().stats().gap().readings());
  }

  SequenceAudit.Finding finding() {
    return audit.finding();
  }
}
