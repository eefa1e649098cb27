// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.time.Duration;

final class AgentIdleTraffic implements Question {
  private static final long LIMIT_NANOS = 120_000_000_000L;
  private static final Duration SETTLED = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMinutes(10);
  private static final Duration LONG = Duration.ofHours(1);

  @Override
  public String name() {
    return "agent-idle-traffic";
  }

  @Override
  public String text() {
    return "How many bytes a day does an agent cost that has nothing to say?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` with its defaults, but without the machine's own sensors, connected to our MQTT
    core by mutual TLS through a proxy that counts the bytes of both directions: those of TCP's content, without the
    headers of IP and TCP. From a minute after the connection, for 10 minutes, with `--full` for an hour; a day is as
    many times that.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var peer =
        new FieldlinePeer(AgentPackage.made(at, "0"), certificates, FieldlinePeer.NO_SENSORS);
    Duration watched = at.full() ? LONG : SHORT;
    try (var cloud = new Cloud(certificates);
        var wire = new Wire(cloud.port());
        var _ = peer.start(at.folder().resolve("agent"), wire.port())) {
      cloud.connected(LIMIT_NANOS);
      long connection = wire.bytes();
      Workplace.rest(SETTLED);
      long settled = wire.bytes();
      Workplace.rest(watched);
      long bytes = wire.bytes() - settled;
      double day = bytes * (Duration.ofDays(1).toSeconds() / (double) watched.toSeconds()) / 1e6;
      report.atMost("idle, a day", day, 0.3, "MB");
      report.ratio("a day / a connection and its first minute", day * 1e6 / settled);
      report.figure("in " + watched.toMinutes() + " minutes", "bytes", bytes);
      report.figure("until connected", "bytes", connection);
      report.figure("until a minute later", "bytes", settled);
    }
  }
}
