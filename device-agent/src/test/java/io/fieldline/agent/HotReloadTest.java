// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.reload.ReloadException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A running agent takes another file: what is the same goes on untouched.
@Timeout(60)
class HotReloadTest {
  private static final String CLIENT = "  - {connect: \"localhost:%d\", device: %s%s}\n";

  @TempDir Path folder;

  private ServerSocket scale;
  private ServerSocket meter;

  @BeforeEach
  void sensors() throws IOException {
    scale = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    meter = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void end() throws IOException {
    scale.close();
    meter.close();
  }

  private String client(ServerSocket sensor, String device, String more) {
    return CLIENT.formatted(sensor.getLocalPort(), device, more);
  }

  private static void say(Socket sensor, String line) throws IOException {
    sensor.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void take(LocalAgent local, String before, String after) throws Exception {
    Files.writeString(local.file(), Files.readString(local.file()).replace(before, after));
    local.configuration().reload();
  }

  /// Readings keep coming on connections that are not concerned; none of them is lost.
  @Test
  void aSourceIsChangedAndTheOthersKeepTheirConnections() throws Exception {
    String clients = "tcpClients:\n" + client(scale, "scale", "") + client(meter, "meter", "");
    try (var local = LocalAgent.connected(folder, clients);
        var sensor = new Sensor(local.agent());
        Socket onScale = scale.accept();
        Socket onMeter = meter.accept()) {
      say(onMeter, "n=0");
      say(onScale, "w=1000");
      sensor.says("s=2000", "ok 1");

      take(local, client(scale, "scale", ""), client(scale, "scale", ", greeting: \"hi\\n\""));

      try (Socket again = scale.accept()) {
        assertThat(onScale.getInputStream().read()).as("the old connection").isEqualTo(-1);
        assertThat(again.getInputStream().readNBytes(3)).asString().isEqualTo("hi\n");
        say(again, "w=1001");
        for (int n = 1; n < 50; n++) {
          say(onMeter, "n=" + n);
        }
        sensor.says("s=2001", "ok 1");
        take(local, client(scale, "scale", ", greeting: \"hi\\n\""), "");
        assertThat(again.getInputStream().read()).isEqualTo(-1);
        say(onMeter, "n=50");
        sensor.says("s=2002", "ok 1");

        List<Long> all =
            LongStream.concat(
                    LongStream.rangeClosed(0, 50), LongStream.of(1000, 1001, 2000, 2001, 2002))
                .boxed()
                .toList();
        await(() -> local.cloud().values().containsAll(all));
      }
      assertThat(source(local, "tcp-client localhost:" + scale.getLocalPort())).isEmpty();
      assertThat(source(local, "tcp-client localhost:" + meter.getLocalPort())).hasSize(1);
    }
  }

  private static List<?> source(LocalAgent local, String name) {
    return ((List<?>) local.agent().status().document().get("sources"))
        .stream().filter(each -> name.equals(((Map<?, ?>) each).get("name"))).toList();
  }

  @Test
  void rulesAndSourcesComeAndGoAndWhatTakesARestartIsNamed() throws Exception {
    try (var local = LocalAgent.connected(folder, "edge: []\nsimulator: []\n");
        var sensor = new Sensor(local.agent())) {
      sensor.says("t=1", "ok 1");
      take(local, "edge: []", "edge: [{sensor: t, deadband: 10}]");
      sensor.says("t=2", "ok 1");
      sensor.says("t=3", "ok 1");
      sensor.says("t=50", "ok 1");
      take(local, "simulator: []", "simulator: [{sensor: wave, mean: 70, swing: 0, noise: 0}]");
      await(() -> local.cloud().values().containsAll(List.of(1L, 2L, 50L, 70L)));
      assertThat(local.cloud().values()).doesNotContain(3L);
      // The rules are the same: they remember.
      sensor.says("t=51", "ok 1");
      sensor.says("end=99", "ok 1");
      await(() -> local.cloud().values().contains(99L));
      assertThat(local.cloud().values()).doesNotContain(51L);

      assertThatThrownBy(() -> take(local, "windowMs: 50", "windowMs: 51"))
          .isInstanceOf(ReloadException.class)
          .hasMessageContaining("take a restart of the agent: batch.windowMs");
      take(local, "windowMs: 51", "windowMs: 50");
      take(local, "simulator: [{sensor: wave, mean: 70, swing: 0, noise: 0}]", "simulator: []");
      assertThat(source(local, "simulator gw/wave")).isEmpty();
    }
  }

  /// The sum of a day counts on under another limit.
  @Test
  void aBudgetIsChanged() throws Exception {
    try (var local = LocalAgent.connected(folder, "");
        var sensor = new Sensor(local.agent())) {
      Files.writeString(
          local.file(),
          Files.readString(local.file())
              .replace("  minBackoffMs", "  telemetryBytesPerDay: 10000\n  minBackoffMs"));
      assertThat(local.configuration().reload()).containsExactly("cloud.telemetryBytesPerDay");
      String name = "fieldline_lane_day_used_up_total{lane=\"telemetry\"}";
      for (int i = 0; local.agent().metrics().count(name) == 0; i++) {
        assertThat(i).isLessThan(2000);
        sensor.says("some-sensor-with-a-long-name-" + i % 50 + "=" + i, "ok 1");
      }
      take(local, "telemetryBytesPerDay: 10000", "telemetryBytesPerDay: 90000000");
      sensor.says("last=-7", "ok 1");
      await(() -> local.cloud().values().contains(-7L));
    }
  }

  /// What was told to stall and is taken away stalls no more.
  @Test
  void theAlarmOfASourceGoesWithIt() throws Exception {
    String slow = client(scale, "scale", ", stalledAfterMs: 50");
    try (var local = LocalAgent.connected(folder, "tcpClients:\n" + slow)) {
      await(() -> local.cloud().values().equals(List.of(1L)));
      take(local, "tcpClients:\n" + slow, "");
      await(() -> local.cloud().values().equals(List.of(1L, 0L)));
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
