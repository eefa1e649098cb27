// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.reload.Reconfiguration;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// An agent in this process, connected to a cloud of its own.
public record LocalAgent(Path file, Reconfiguration configuration, Cloud cloud, DeviceAgent agent)
    implements AutoCloseable {

  /// What a test outside of this package asks of the cloud.
  public interface Cloud {
    /// The reported part of a shadow, of the classic one by an empty name.
    Map<String, Object> reported(String shadow);

    /// Where it listens.
    int port();

    /// Every value of telemetry that it has taken.
    List<Long> values();

    /// Goes.
    void close();
  }

  /// A cloud without an agent; its credentials are in the folder.
  public static Cloud cloud(Path folder) throws Exception {
    return new TestCloud(new Credentials(folder), 0);
  }

  /// A configuration with these credentials.
  public static Path config(Path folder, String endpoint, String more) throws Exception {
    return AgentProcess.config(folder, endpoint, more);
  }

  /// Started, with nobody at the endpoint.
  public static DeviceAgent offline(Path folder) throws Exception {
    Objects.requireNonNull(new Credentials(folder));
    AgentConfig config = ConfigFile.read(AgentProcess.config(folder, "localhost:1", ""));
    return new DeviceAgent(config, Clock.systemUTC(), RandomGenerator.getDefault());
  }

  /// Started and connected.
  public static LocalAgent connected(Path folder, String more) throws Exception {
    var cloud = new TestCloud(new Credentials(folder), 0);
    Path file = AgentProcess.config(folder, "localhost:" + cloud.port(), more);
    var configuration = Reconfiguration.open(file, Clock.systemUTC());
    var agent = new DeviceAgent(configuration, Clock.systemUTC(), RandomGenerator.getDefault());
    if (agent.link().awaitSessionAfter(0, Duration.ofSeconds(20)) == 0) {
      throw new AssertionError("not connected within 20 s: " + agent.link().lastTrouble());
    }
    return new LocalAgent(file, configuration, cloud, agent);
  }

  @Override
  public void close() {
    agent.close();
    cloud.close();
  }
}
