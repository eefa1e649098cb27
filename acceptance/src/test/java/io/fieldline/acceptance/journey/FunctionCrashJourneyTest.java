// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.DeployedPipeline;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The functions' processes are killed while readings come: every reading is read through the API,
/// once. What a killed function had in hand comes again when the queue's visibility timeout is
/// over, so this takes some minutes.
@Tag("long")
@ExtendWith(DeployedPipeline.class)
@ResourceLock(SharesPipeline.STACK)
class FunctionCrashJourneyTest {
  private static final int READINGS = 1500;
  private static final int KILLED_EACH = 150;

  /// Six times the function's timeout, and what a first start takes.
  private static final Duration COMES_AGAIN_WITHIN = Duration.ofSeconds(270);

  @Test
  void whatAKilledFunctionHadInHandComesAgain(Pipeline pipeline) throws Exception {
    Person viewer = pipeline.person("viewer");
    long startedMs = System.currentTimeMillis();
    List<Double> sent = new ArrayList<>();
    int killed = 0;
    try (Agent agent = pipeline.gateway("crash-1").agent("").connected()) {
      InetSocketAddress tcp = agent.tcp();
      try (var sensor = new Socket(tcp.getAddress(), tcp.getPort());
          var answers =
              new BufferedReader(
                  new InputStreamReader(sensor.getInputStream(), StandardCharsets.UTF_8))) {
        for (int i = 1; i <= READINGS; i++) {
          sensor.getOutputStream().write(("n=" + i + "\n").getBytes(StandardCharsets.UTF_8));
          assertThat(answers.readLine()).isEqualTo("ok 1");
          sent.add((double) i);
          if (i % KILLED_EACH == 0) {
            killed += killFunctions(pipeline);
          }
        }
      }
      var read =
          Await.until(
              "each of the readings",
              COMES_AGAIN_WITHIN,
              () ->
                  viewer.readings("crash-1", "n", startedMs, System.currentTimeMillis()).stream()
                      .map(Person.Point::value)
                      .sorted()
                      .toList(),
              values -> values.size() >= READINGS);
      assertThat(read).isEqualTo(sent);
    }
    assertThat(killed).isPositive();
  }

  /// Those that run; a starting one is killed before it has taken anything.
  private static int killFunctions(Pipeline pipeline) {
    var functions = ProcessHandle.of(pipeline.stackPid()).orElseThrow().children().toList();
    for (ProcessHandle function : functions) {
      function.destroyForcibly();
      function.onExit().join();
    }
    return functions.size();
  }
}
