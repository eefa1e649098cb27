// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.time.Duration;

final class AgentMemory implements Question {
  private static final long LIMIT_NANOS = 120_000_000_000L;
  private static final Duration SHORT_REST = Duration.ofSeconds(90);
  private static final Duration WARM_UP = Duration.ofMinutes(5);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int SHORT_SAMPLES = 3;
  private static final int SAMPLES = 60;

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
    The image of `./fieldline agent package` with its defaults: all its listeners (TCP, HTTP, local MQTT, metrics) and
    the machine's own sensors every 10 s, which it publishes to our MQTT core by mutual TLS. `smaps_rollup` of its
    process every 10 s: with `--full` for 10 minutes after 5 minutes, else three times after 90 s. The agent unmaps what
    only its start needed a minute after it is ready; the figure of 30 s is before that. Before, a Java program that
    does nothing with the launcher's flags, for the ratio.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var peer = new FieldlinePeer(AgentPackage.made(at, "0"), certificates, "");
    var resident = new Samples();
    var own = new Samples();
    double early;
    double bare;
    try (Program idle = at.java("benchmarks", Workplace.smallFlags(), Idle.class.getName())) {
      idle.line("ready", Duration.ofSeconds(30));
      bare = idle.residentMiB();
    }
    try (var cloud = new Cloud(certificates);
        var running = peer.start(at.folder().resolve("agent"), cloud.port())) {
      cloud.connected(LIMIT_NANOS);
      Workplace.rest(Duration.ofSeconds(30));
      early = running.program().residentMiB();
      Workplace.rest((at.full() ? WARM_UP : SHORT_REST).minusSeconds(30));
      for (int i = 0; i < (at.full() ? SAMPLES : SHORT_SAMPLES); i++) {
        Workplace.rest(EVERY);
        resident.add(running.program().residentMiB());
        own.add(running.program().anonymousMiB());
      }
    }
    report.atMost("resident, idle, with all defaults, median", resident.median(), 64, "MiB");
    report.ratio("agent / bare Java", resident.median() / bare);
    report.figure("resident", "MiB", resident);
    report.figure("resident, 99 % of the samples at most", "MiB", resident.at(0.99));
    report.figure("of it no file's, which only swap could take", "MiB", own);
    report.figure("resident 30 s after the start", "MiB", early);
    report.figure("a Java program that does nothing: resident", "MiB", bare);
  }
}
