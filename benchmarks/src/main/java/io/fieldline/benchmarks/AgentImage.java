// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// T3 and T17 of the agent's targets.
final class AgentImage implements Question {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "agent-image";
  }

  @Override
  public String text() {
    return "How large is the agent with its own Java, and how soon after its start is it connected?";
  }

  @Override
  public String how() {
    return """
    `./fieldline agent package` makes the image: jlink, jars, native library, AOT cache. Size is the sum of
    its files (`du -sb`). Then, each time with an empty environment and an empty data folder, and every listener on:
    the image, the same image without its AOT cache, and the jars on the full JDK as `./fieldline agent` starts
    them, in turn. Wall time from exec until it says `connected` (mutual TLS, a local stack on the same
    machine), and the processor time that it has used until then, which a busy machine does not change so much.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    AgentPackage made = AgentPackage.made(at, "0");
    Path image = made.image();
    Path bare = at.folder().resolve("without-cache");
    copied(image, bare);
    Files.delete(bare.resolve("agent.aot"));
    report.atMost("size of the image, AOT cache inside", bytes(image) / 1e6, 70, "MB");
    var wall = new Samples();
    var cpu = new Samples();
    var bareWall = new Samples();
    var bareCpu = new Samples();
    var jdkWall = new Samples();
    try (var stack = new Stack(at, Optional.empty())) {
      String policy = Device.policy(stack, "everything", Device.EVERYTHING);
      Device device =
          Device.registered(stack, "imaged", at.folder().resolve("device"), List.of(policy));
      for (int i = 0; i < at.rounds(10); i++) {
        Path config = configuration(at, device, stack, i);
        try (Program agent = made.started(config)) {
          agent.line("connected ", LIMIT);
          wall.add(agent.millisSinceStart());
          cpu.add(agent.cpuSeconds() * 1e3);
        }
        try (Program agent = new AgentPackage(bare).started(configuration(at, device, stack, i))) {
          agent.line("connected ", LIMIT);
          bareWall.add(agent.millisSinceStart());
          bareCpu.add(agent.cpuSeconds() * 1e3);
        }
        try (Program agent =
            at.fieldline("agent", "--config", configuration(at, device, stack, i).toString())) {
          agent.line("connected ", LIMIT);
          jdkWall.add(agent.millisSinceStart());
        }
        report.yardstick().lay();
      }
    }
    report.atMost("from exec until connected, median", wall.median(), 1_000, "ms");
    report.ratio("image / image without AOT cache", wall.median() / bareWall.median());
    report.ratio("image / ./fieldline agent", wall.median() / jdkWall.median());
    report.figure("image: exec to connected", "ms", wall);
    report.figure("image: processor time until connected", "ms", cpu);
    report.figure("image without AOT cache: exec to connected", "ms", bareWall);
    report.figure("image without AOT cache: processor time until connected", "ms", bareCpu);
    report.figure("./fieldline agent: exec to connected", "ms", jdkWall);
    for (String part :
        List.of(
            "runtime/lib/server", "runtime/lib/modules", "runtime", "lib", "native", "agent.aot")) {
      report.figure("size: " + part, "MB", bytes(image.resolve(part)) / 1e6);
    }
  }

  private static Path configuration(Workplace at, Device device, Stack stack, int round)
      throws IOException {
    Path data = Files.createTempDirectory(at.folder(), "data-" + round);
    Path config = device.folder().resolve("agent.yaml");
    Files.writeString(
        config,
        """
        thing: %s
        folder: %s
        cloud:
          endpoint: localhost:%d
          certificate: device.pem.crt
          key: private.pem.key
          ca: ca.pem
        tcp: {listen: "127.0.0.1:0"}
        http: {listen: "127.0.0.1:0"}
        mqtt: {listen: "127.0.0.1:0"}
        metrics: {listen: "127.0.0.1:0"}
        """
            .formatted(device.thing(), data, stack.mqttPort()));
    return config;
  }

  private static void copied(Path from, Path to) {
    try (Program copying =
        Program.start(from, Map.of(), List.of("cp", "-a", from.toString(), to.toString()))) {
      copying.ended(LIMIT);
    }
  }

  private static double bytes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
