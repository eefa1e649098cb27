// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

final class AgentThroughput implements Question {
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 64;
  private static final int LINES_AT_ONCE = 20;
  private static final String LISTEN =
      "tcp: {listen: \"127.0.0.1:0\", maxConnections: 200}\nmachine: {enabled: false}\n";

  private final Samples agentRate = new Samples();
  private final Samples agentCpu = new Samples();
  private final Samples oneByOne = new Samples();
  private final Samples bareRate = new Samples();
  private final Samples force = new Samples();

  @Override
  public String name() {
    return "agent-throughput";
  }

  @Override
  public String text() {
    return "How many readings a second does the agent take by TCP, each on disk before its `ok`?";
  }

  @Override
  public String how() {
    return """
    `./fieldline agent` without a cloud to be reached (what it takes stays in the spool). 64
    connections send 20 lines each and send more when all 20 are acknowledged; an acknowledgement
    comes after an fsync. Rounds of 5 s alternate with a server that answers every line at once and
    keeps nothing, on the same flags, and with sensors that send one line and wait; between them the
    disk's own fsync of 4 KiB is timed. The first round of each does not count.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(5);
    Device device;
    try (var stack = new Stack(at, Optional.empty())) {
      device = Device.registered(stack, "gateway", at.folder().resolve("agent"), List.of());
    }
    try (Agent agent = new Agent(at, device, "localhost:1", LISTEN);
        Program bare = at.java("benchmarks", Workplace.smallFlags(), BareLines.class.getName());
        var sensors = new Sensors(agent.tcpPort(), CONNECTIONS, LINES_AT_ONCE);
        var patient = new Sensors(agent.tcpPort(), CONNECTIONS, 1);
        var straight = new Sensors(port(bare), CONNECTIONS, LINES_AT_ONCE)) {
      sensors.rate(ROUND);
      straight.rate(ROUND);
      for (int i = 0; i < rounds; i++) {
        report.yardstick().lay();
        bareRate.add(straight.rate(ROUND));
        double before = agent.program().cpuSeconds();
        double rate = sensors.rate(ROUND);
        agentRate.add(rate);
        double cpu = agent.program().cpuSeconds() - before;
        agentCpu.add(cpu * 1e6 / (rate * ROUND.toSeconds()));
        oneByOne.add(patient.rate(ROUND));
        forceDisk(at.folder().resolve("force"));
      }
    }
    report.atLeast("durable readings by TCP", agentRate.median(), 20_000, "a second");
    report.ratio("lines that nobody keeps / readings", bareRate.median() / agentRate.median());
    report.figure("agent: readings, 20 lines at once", "readings/s", agentRate);
    report.figure("agent: readings, one line and wait", "readings/s", oneByOne);
    report.figure("agent: processor time", "µs a reading", agentCpu);
    report.figure("lines answered and not kept", "lines/s", bareRate);
    report.figure("fsync of 4 KiB on this disk", "ms", force);
  }

  private static int port(Program bare) throws InterruptedException {
    return Integer.parseInt(
        bare.line("ready ", Duration.ofSeconds(30)).substring("ready ".length()));
  }

  private void forceDisk(Path file) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < 50; i++) {
        channel.write(ByteBuffer.allocate(4096));
        long start = System.nanoTime();
        channel.force(false);
        force.add((System.nanoTime() - start) / 1e6);
      }
    }
  }
}
