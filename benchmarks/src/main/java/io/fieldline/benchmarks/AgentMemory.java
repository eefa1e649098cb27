// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

final class AgentMemory implements Question {
  private static final Duration REST = Duration.ofSeconds(15);
  private static final String LISTEN = "tcp: {listen: \"127.0.0.1:0\"}\n";

  @Override
  public String name() {
    return "agent-memory";
  }

  @Override
  public String text() {
    return "How much memory does the device agent take when it is idle?";
  }

  @Override
  public String how() {
    return """
    `./fieldline agent` with all its listeners on (TCP, HTTP, local MQTT, metrics) and the machine's own
    sensors every 10 s, connected to a local stack by mutual TLS. The figure is VmRSS of its process,
    15 s after it was connected. Before each, a Java program that does nothing with the same flags,
    for the ratio.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(5);
    var resident = new Samples();
    var bare = new Samples();
    try (var stack = new Stack(at, Optional.empty())) {
      String policy = Device.policy(stack, "everything", Device.EVERYTHING);
      for (int i = 0; i < rounds; i++) {
        try (Program idle = at.java("benchmarks", Workplace.smallFlags(), Idle.class.getName())) {
          idle.line("ready", Duration.ofSeconds(30));
          bare.add(idle.residentMiB());
        }
        Path folder = at.folder().resolve("agent-" + i);
        Device device = Device.registered(stack, "agent-" + i, folder, List.of(policy));
        try (Agent agent = new Agent(at, device, "localhost:" + stack.mqttPort(), LISTEN)) {
          agent.connected();
          Workplace.rest(REST);
          resident.add(agent.program().residentMiB());
        }
      }
    }
    report.atMost("resident, idle, connected, all listeners on", resident.median(), 80, "MiB");
    report.ratio("agent / bare Java", resident.median() / bare.median());
    report.figure("agent: resident", "MiB", resident);
    report.figure("a Java program that does nothing: resident", "MiB", bare);
  }
}
