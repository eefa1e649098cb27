// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

final class AgentRecovery implements Question {
  private static final long LIMIT_NANOS = 180_000_000_000L;
  private static final Duration OUTAGE = Duration.ofSeconds(3);
  private static final Duration LONG_OUTAGE = Duration.ofMinutes(2);
  private static final Duration SESSION = Duration.ofSeconds(35);
  private static final Duration READY = Duration.ofSeconds(60);
  private static final int BACKLOG = 500;
  private static final String FAILURES = "fieldline_connect_failures_total ";

  /// The agent's default for `cloud.maxBackoffMs`; the first pause is of a second at most.
  private static final double LONGEST_PAUSE_SECONDS = 120;

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
    - longest pause then: the agent waits before each attempt for a random part of 1 s, after a failure of 2, 4, 8 … s, so
      that a fleet does not come back in one moment. Whoever has failed three times within the 3 s may wait for 8 s more.
      How many attempts failed is read from its metrics; a delivery may come 1 s after the longest pause, no later.
    - dead line: the proxy carries nothing any more and ends nothing, as a mast that fell. The time until the agent
      tries a new connection: once with ten readings a second, and once with nothing to send.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var restored = new Samples();
    var pauses = new Samples();
    double late = -LONGEST_PAUSE_SECONDS;
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
        int metrics = FieldlinePeer.port(running.program().line("ready ", READY), "metrics");
        for (int i = 0; i < rounds; i++) {
          report.yardstick().lay();
          Restored one = restored(cloud, wire, feed, metrics, OUTAGE);
          restored.add(one.seconds());
          pauses.add(one.longestPauseSeconds());
          late = Math.max(late, one.seconds() - one.longestPauseSeconds());
        }
        if (at.full()) {
          Restored one = restored(cloud, wire, feed, metrics, LONG_OUTAGE);
          report.figure("restored after 2 minutes", "s", one.seconds());
          report.figure("longest pause after 2 minutes", "s", one.longestPauseSeconds());
        }
        for (int i = 0; i < Math.ceilDiv(rounds, 2); i++) {
          busy.add(noticed(cloud, wire, feed, 10));
          idle.add(noticed(cloud, wire, feed, 0));
        }
      }
    }
    report.atMost("line restored to first publish of the backlog", restored.median(), 2, "s");
    report.atMost("later than the longest pause", late, 1, "s");
    report.atMost("dead line noticed, with readings to send", busy.median(), 45, "s");
    report.atMost("dead line noticed, with nothing to send", idle.median(), 45, "s");
    report.ratio("dead line noticed: idle / busy", idle.median() / busy.median());
    report.figure("restored after 3 s", "s", restored);
    report.figure("longest pause then", "s", pauses);
    report.figure("dead line noticed, ten readings a second", "s", busy);
    report.figure("dead line noticed, nothing to send", "s", idle);
  }

  /// @param longestPauseSeconds that the agent may have been in when the line was restored
  private record Restored(double seconds, double longestPauseSeconds) {}

  private static Restored restored(Cloud cloud, Wire wire, Feed feed, int metrics, Duration outage)
      throws Exception {
    Workplace.rest(SESSION);
    int failures = failures(metrics);
    wire.cut();
    long cut = System.nanoTime();
    feed.send(BACKLOG);
    Workplace.rest(outage.minusNanos(System.nanoTime() - cut));
    failures = failures(metrics) - failures;
    cloud.begin(0);
    long mended = System.nanoTime();
    wire.mend();
    double seconds = (cloud.first(LIMIT_NANOS) - mended) / 1e9;
    cloud.until(BACKLOG, 5, 60);
    return new Restored(seconds, Math.min(LONGEST_PAUSE_SECONDS, Math.pow(2, failures)));
  }

  private static int failures(int metrics) throws Exception {
    var page = URI.create("http://127.0.0.1:" + metrics + "/metrics");
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(FAILURES))
          .mapToInt(line -> Integer.parseInt(line.substring(FAILURES.length())))
          .sum();
    }
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
