// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.time.Duration;

final class AgentRecovery implements Question {
  private static final long LIMIT_NANOS = 180_000_000_000L;
  private static final Duration OUTAGE = Duration.ofSeconds(3);
  private static final Duration LONG_OUTAGE = Duration.ofMinutes(2);
  private static final Duration SESSION = Duration.ofSeconds(35);
  private static final int BACKLOG = 500;

  @Override
  public String name() {
    return "agent-recovery";
  }

  @Override
  public String text() {
    return "How soon does the agent deliver again after an outage, and notice that a line is dead?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` with its defaults delivers to our MQTT core by mutual TLS through a proxy in this process.

    Before each outage it has been connected for 35 s, so that its pauses between attempts begin with the shortest.

    - restored: the proxy ends the connection and refuses new ones for 3 s, while 500 readings are acknowledged to
      sensors; then it takes connections again. The time from then until the first publish of the backlog came to the
      broker. With `--full` also once after 2 minutes, where the agent's own pause between attempts has grown.
    - dead line: the proxy carries nothing any more and ends nothing, as a mast that fell. The time until the agent
      tries a new connection: once with ten readings a second, and once with nothing to send.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var restored = new Samples();
    var busy = new Samples();
    var idle = new Samples();
    try (var cloud = new Cloud(certificates);
        var wire = new Wire(cloud.port())) {
      var peer =
          new FieldlinePeer(AgentPackage.made(at, "0"), certificates, FieldlinePeer.NO_SENSORS);
      int rounds = at.rounds(5);
      try (var running = peer.start(at.folder().resolve("agent"), wire.port());
          var feed = running.inputs().getFirst().feed()) {
        cloud.connected(LIMIT_NANOS);
        for (int i = 0; i < rounds; i++) {
          report.yardstick().lay();
          restored.add(restored(cloud, wire, feed, OUTAGE));
        }
        if (at.full()) {
          report.figure("restored after 2 minutes", "s", restored(cloud, wire, feed, LONG_OUTAGE));
        }
        for (int i = 0; i < Math.ceilDiv(rounds, 2); i++) {
          busy.add(noticed(cloud, wire, feed, 10));
          idle.add(noticed(cloud, wire, feed, 0));
        }
      }
    }
    report.atMost("line restored to first publish of the backlog", restored.median(), 2, "s");
    report.atMost("dead line noticed, with readings to send", busy.median(), 45, "s");
    report.atMost("dead line noticed, with nothing to send", idle.median(), 45, "s");
    report.ratio("dead line noticed: idle / busy", idle.median() / busy.median());
    report.figure("restored after 3 s", "s", restored);
    report.figure("dead line noticed, ten readings a second", "s", busy);
    report.figure("dead line noticed, nothing to send", "s", idle);
  }

  private static double restored(Cloud cloud, Wire wire, Feed feed, Duration outage)
      throws Exception {
    Workplace.rest(SESSION);
    wire.cut();
    long cut = System.nanoTime();
    feed.send(BACKLOG);
    Workplace.rest(outage.minusNanos(System.nanoTime() - cut));
    cloud.begin(0);
    long mended = System.nanoTime();
    wire.mend();
    double seconds = (cloud.first(LIMIT_NANOS) - mended) / 1e9;
    cloud.until(BACKLOG, 5, 60);
    return seconds;
  }

  private static double noticed(Cloud cloud, Wire wire, Feed feed, int perSecond) throws Exception {
    Workplace.rest(SESSION);
    long before = wire.accepted();
    long silent = System.nanoTime();
    wire.fallSilent();
    while (wire.accepted() == before) {
      if (System.nanoTime() - silent > LIMIT_NANOS) {
        throw new IllegalStateException("the agent has not noticed a dead line for three minutes");
      }
      if (perSecond > 0) {
        feed.send(perSecond / 10);
      }
      Workplace.rest(Duration.ofMillis(100));
    }
    double seconds = (System.nanoTime() - silent) / 1e9;
    wire.cut();
    cloud.begin(0);
    wire.mend();
    cloud.connected(LIMIT_NANOS);
    return seconds;
  }
}
