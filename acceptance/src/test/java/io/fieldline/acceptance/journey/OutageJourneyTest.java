// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.DeployedPipeline;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The cloud is gone for twenty seconds under load, and the agent is killed in between: what was
/// acknowledged to the sensor is what the API gives back, each reading once.
@ExtendWith(DeployedPipeline.class)
// While the stack is away, tests go on that do not need it.
@Order(1)
@ResourceLock(SharesPipeline.STACK)
class OutageJourneyTest {
  private static final Duration OUTAGE = Duration.ofSeconds(20);
  private static final long PAUSE_NS = 10_000_000;

  /// A sensor that counts, waits for the answer to each reading, and connects again where the agent
  /// is now.
  private static final class CountingSensor {
    private final AtomicReference<InetSocketAddress> agent;
    private final List<Double> acknowledged = new ArrayList<>();
    private final List<Double> unanswered = new ArrayList<>();
    private final Thread thread;
    private volatile boolean ends;
    private int next;

    CountingSensor(InetSocketAddress agent) {
      this.agent = new AtomicReference<>(agent);
      this.thread = Thread.ofPlatform().name("sensor").start(this::run);
    }

    void movedTo(InetSocketAddress address) {
      agent.set(address);
    }

    private void run() {
      while (!ends) {
        InetSocketAddress to = agent.get();
        try (var socket = new Socket(to.getAddress(), to.getPort())) {
          send(socket);
        } catch (IOException _) {
          LockSupport.parkNanos(PAUSE_NS);
        }
      }
    }

    private void send(Socket socket) throws IOException {
      var answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      while (!ends) {
        double value = next++;
        String line = "count=" + (long) value + "\n";
        unanswered.add(value);
        socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        if ("ok 1".equals(answers.readLine())) {
          unanswered.removeLast();
          acknowledged.add(value);
        } else {
          return;
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    }

    void stop() throws InterruptedException {
      ends = true;
      thread.join();
    }
  }

  @Test
  void whatWasAcknowledgedIsReadThroughTheApiOnce(Pipeline pipeline) throws Exception {
    Person viewer = pipeline.person("viewer");
    Gateway gateway = pipeline.gateway("outage-1");
    long startedMs = System.currentTimeMillis();
    Agent first = gateway.agent("").connected();
    var sensor = new CountingSensor(first.tcp());
    try {
      Await.until(
          "a first reading stored",
          Duration.ofSeconds(30),
          () -> viewer.readings("outage-1", "count", startedMs, System.currentTimeMillis()),
          points -> !points.isEmpty());

      pipeline.stopStack();
      long gone = System.nanoTime();
      passed(gone, OUTAGE.dividedBy(3));
      first.kill();
      try (Agent second = gateway.agent("")) {
        sensor.movedTo(second.tcp());
        passed(gone, OUTAGE);
        pipeline.startStack();
        second.connected();
        sensor.stop();

        List<Double> expected = sensor.acknowledged;
        var read =
            Await.until(
                expected.size() + " acknowledged readings in the API",
                Duration.ofSeconds(90),
                () -> values(viewer, startedMs),
                values -> values.size() >= expected.size());
        assertThat(read).doesNotHaveDuplicates();
        assertThat(read).containsAll(expected);
        read.removeAll(expected);
        assertThat(sensor.unanswered).as("at most what was on its way").containsAll(read);
        assertThat(expected).hasSizeGreaterThan(500);
      }
    } finally {
      sensor.stop();
      first.close();
    }
  }

  private static List<Double> values(Person viewer, long fromMs) {
    return new ArrayList<>(
        viewer.readings("outage-1", "count", fromMs, System.currentTimeMillis()).stream()
            .map(Person.Point::value)
            .toList());
  }

  private static void passed(long sinceNanos, Duration duration) {
    Await.until(
        duration + " passed",
        duration.plusSeconds(1),
        () -> System.nanoTime() - sinceNanos,
        passed -> passed >= duration.toNanos());
  }
}
