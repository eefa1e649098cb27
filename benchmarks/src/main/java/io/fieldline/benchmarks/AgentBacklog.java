// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

final class AgentBacklog implements Question {
  private static final long LIMIT_NANOS = 120_000_000_000L;
  private static final long BACKLOG_BYTES = 1L << 30;
  private static final String SPOOL = "spool: {maxBytes: 4294967296}\n";
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final Duration REST = Duration.ofSeconds(75);

  @Override
  public String name() {
    return "agent-backlog";
  }

  @Override
  public String text() {
    return "Does a start take longer, or more memory, when a gigabyte waits to be sent?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` takes readings by TCP while no cloud can be reached, until 1 GiB of them is on
    its disk. Then it is started again and again, in turn on that folder and on an empty one: from exec until the broker
    has accepted its connection; it is killed at that moment, so that the backlog stays. Memory is Rss of `smaps_rollup`
    75 s after a start with no cloud to be reached. The files are in the page cache.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var peer =
        new FieldlinePeer(
            AgentPackage.made(at, "0"), certificates, FieldlinePeer.NO_SENSORS + SPOOL);
    Path full = at.folder().resolve("full");
    Path empty = at.folder().resolve("empty");
    var fullSeconds = new Samples();
    var emptySeconds = new Samples();
    try (var cloud = new Cloud(certificates);
        var wire = new Wire(cloud.port())) {
      wire.cut();
      int readings = filled(peer, full, wire);
      double fullMiB = resting(peer, full, wire);
      double emptyMiB = resting(peer, empty, wire);
      wire.mend();
      for (int i = 0; i < at.rounds(10); i++) {
        report.yardstick().lay();
        fullSeconds.add(connected(peer, full, cloud, wire));
        emptySeconds.add(connected(peer, empty, cloud, wire));
      }
      report.atMost(
          "longer until connected, medians",
          fullSeconds.median() - emptySeconds.median(),
          0.5,
          "s");
      report.atMost("more memory", fullMiB - emptyMiB, 4, "MiB");
      report.ratio("start: with / without a backlog", fullSeconds.median() / emptySeconds.median());
      report.figure("backlog", "readings", readings);
      report.figure("backlog on disk", "MiB", bytes(full) / 1048576.0);
      report.figure("with it: exec to connected", "s", fullSeconds);
      report.figure("without: exec to connected", "s", emptySeconds);
      report.figure("with it: resident", "MiB", fullMiB);
      report.figure("without: resident", "MiB", emptyMiB);
    }
  }

  private static int filled(Peer peer, Path folder, Wire wire) throws Exception {
    try (var running = peer.start(folder, wire.port());
        var feed = running.inputs().getFirst().feed()) {
      while (bytes(folder) < BACKLOG_BYTES) {
        feed.rate(ROUND);
      }
      return feed.count();
    }
  }

  private static double resting(Peer peer, Path folder, Wire wire) throws Exception {
    try (var running = peer.start(folder, wire.port())) {
      Workplace.rest(REST);
      return running.program().residentMiB();
    }
  }

  private static double connected(Peer peer, Path folder, Cloud cloud, Wire wire) throws Exception {
    cloud.begin(0);
    try (var running = peer.start(folder, wire.port())) {
      long connected = cloud.connected(LIMIT_NANOS);
      running.program().kill();
      return (connected - running.program().startedNanos()) / 1e9;
    }
  }

  private static long bytes(Path folder) throws IOException {
    long sum = 0;
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }
}
