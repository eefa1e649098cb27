// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What `./fieldline agent package` makes: the agent with its own Java, as it is installed.
record AgentPackage(Path image) {
  private static final Duration MADE_WITHIN = Duration.ofMinutes(30);

  /// In a folder of its own.
  static AgentPackage made(Workplace at, String version) throws IOException {
    Path out = Files.createTempDirectory(at.folder(), "package");
    try (Program making =
        at.fieldline(
            "agent", "package", "--image", "--version", version, "--out", out.toString())) {
      making.ended(MADE_WITHIN);
    }
    try (var made = Files.list(out)) {
      return new AgentPackage(made.filter(Files::isDirectory).findFirst().orElseThrow());
    }
  }

  /// Without any environment: no JDK on the path, no JAVA_HOME.
  Program started(Path config) {
    return Program.start(
        image,
        Map.of(),
        List.of(
            "/usr/bin/env",
            "-i",
            "PATH=/usr/bin:/bin",
            image.resolve("bin/fieldline-agent").toString(),
            "--config",
            config.toAbsolutePath().toString()));
  }
}
