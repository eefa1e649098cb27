// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.spool.SpoolException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever one sensor does, or another program, the other sensors are heard and all that they were
/// acknowledged arrives.
@Timeout(90)
class SensorFaultsTest {
  private static final int IDLE = 1_000;

  @TempDir Path folder;

  @Test
  void aThousandSocketsThatSayNothing() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "")) {
      rig.deliversMore(1);
      for (int i = 0; i < IDLE; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), rig.port()));
      }
      rig.takesInMore(200);
      String told =
          new BufferedReader(
                  new InputStreamReader(idle.getLast().getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      assertThat(told).startsWith("error: ").contains("128");

      rig.audit(0);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void aLineOfAMegabyte() throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "")) {
      rig.deliversMore(1);

      assertThat(rig.says("n=" + "1".repeat(1 << 20))).startsWith("error: ");

      rig.takesInMore(50);
      rig.audit(0);
    }
  }

  @Test
  void aSensorThatSendsAByteAtATime() throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "");
        var slow = new Socket(InetAddress.getLoopbackAddress(), rig.port());
        var in =
            new BufferedReader(
                new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8))) {
      slow.setTcpNoDelay(true);
      for (byte one : "slow=21.5 Cel\n".getBytes(StandardCharsets.US_ASCII)) {
        slow.getOutputStream().write(one);
        rig.takesInMore(20);
      }
      assertThat(in.readLine()).isEqualTo("ok 1");

      rig.audit(0);
    }
  }

  @Test
  void aSecondAgentOnTheFolder() throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "")) {
      rig.deliversMore(1);
      AgentConfig same = ConfigFile.read(folder.resolve("agent.yaml"));

      assertThatThrownBy(
              () -> new DeviceAgent(same, Clock.systemUTC(), RandomGenerator.getDefault()))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("one agent per folder");

      rig.takesInMore(50);
      rig.audit(0);
    }
  }
}
