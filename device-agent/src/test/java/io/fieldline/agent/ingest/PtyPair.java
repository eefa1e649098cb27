// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.SourceConfig.Parity;
import io.fieldline.agent.config.SourceConfig.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Two pseudo-terminals that `socat` (installed by `./fieldline test`) joins like a serial cable.
public final class PtyPair implements AutoCloseable {
  private final Process socat;
  private final Path here;
  private final Path there;

  public PtyPair(Path folder) throws IOException, InterruptedException {
    here = folder.resolve("here");
    there = folder.resolve("there");
    socat =
        new ProcessBuilder("socat", "pty,raw,echo=0,link=" + here, "pty,raw,echo=0,link=" + there)
            .inheritIO()
            .start();
    TestIntake.await(() -> Files.exists(here) && Files.exists(there));
  }

  /// The agent's end.
  public Port port() {
    return new Port(here, 19_200, 8, Parity.NONE, 1);
  }

  /// The device's end.
  public Path there() throws IOException {
    return there.toRealPath();
  }

  @Override
  public void close() {
    socat.destroy();
    socat.onExit().orTimeout(5, TimeUnit.SECONDS).join();
  }
}
