// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A device agent, started by `./fieldline agent`, with every listener on a free port.
final class Agent implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Program program;
  private final String ready;

  /// @param cloud host and port that it connects to
  /// @param more lines of configuration besides
  Agent(Workplace at, Device device, String cloud, String more)
      throws IOException, InterruptedException {
    Path config = device.folder().resolve("agent.yaml");
    Files.writeString(
        config,
        """
        thing: %s
        stage: dev
        cloud:
          endpoint: %s
          certificate: device.pem.crt
          key: private.pem.key
          ca: ca.pem
        batch: {windowMs: 100}
        http: {listen: "127.0.0.1:0"}
        mqtt: {listen: "127.0.0.1:0"}
        metrics: {listen: "127.0.0.1:0"}
        """
                .formatted(device.thing(), cloud)
            + more);
    program = at.fieldline("agent", "--config", config.toString());
    ready = program.line("ready ", LIMIT);
  }

  Program program() {
    return program;
  }

  /// Waits until it is connected to the cloud.
  Agent connected() throws InterruptedException {
    program.line("connected ", LIMIT);
    return this;
  }

  /// The port on which it takes lines.
  int tcpPort() {
    Matcher found = Pattern.compile(" tcp=[^ :]+:(\\d+)").matcher(ready);
    if (!found.find()) {
      throw new IllegalStateException("expected an address of tcp in: " + ready);
    }
    return Integer.parseInt(found.group(1));
  }

  @Override
  public void close() {
    program.close();
  }
}
