// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;

/// A backlog that is sent whole, of the agent's fault matrix.
final class AgentAudit implements Question {
  private static final int READINGS = 1_000_000;
  private static final int ALL_READINGS = 10_000_000;
  private static final int KILLS = 3;
  private static final int PORTION = 100_000;
  private static final String MORE =
      "trustMachineClock: true\nspool: {maxBytes: 4294967296}\n" + FieldlinePeer.NO_SENSORS;
  private static final Duration NETWORK = Duration.ofMillis(40);
  private static final Duration QUIET = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "agent-audit";
  }

  @Override
  public String text() {
    return "Does each of ten million readings that waited for the cloud arrive, once?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` takes numbers by TCP while no cloud can be reached, with `--full` ten million,
    else one; each is sent once. Then the line is there, and the agent publishes to our MQTT core by mutual TLS with AWS's
    100 publishes a second; the broker acknowledges 40 ms after a message came. When a quarter, a half and three quarters
    have come, the agent gets a SIGKILL and is started again.

    - lost: numbers that were answered with `ok 1` and did not come in the end.
    - after deduplication: numbers that came in two batches of different identities, and batches that came again with
      another content; the pipeline stores a batch once, by its identity.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int readings = at.full() ? ALL_READINGS : READINGS;
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var peer = new FieldlinePeer(AgentPackage.made(at, "0"), certificates, MORE);
    Path folder = at.folder().resolve("agent");
    try (var cloud = new CrashCloud(certificates, NETWORK);
        var wire = new Wire(cloud.port())) {
      wire.cut();
      long began = System.nanoTime();
      BitSet acknowledged = filled(peer, folder, wire, readings, report);
      double filledSeconds = (System.nanoTime() - began) / 1e9;
      wire.mend();
      began = System.nanoTime();
      for (int kill = 1; kill <= KILLS; kill++) {
        try (var running = peer.start(folder, wire.port())) {
          cloud.until((int) ((long) readings * kill / (KILLS + 1)), QUIET);
          running.program().kill();
        }
        report.yardstick().lay();
      }
      try (var _ = peer.start(folder, wire.port())) {
        cloud.until(acknowledged, QUIET);
      }
      double drainedSeconds = (System.nanoTime() - began) / 1e9;
      report(report, acknowledged, cloud.taken());
      report.figure("taken in", "readings/s", readings / filledSeconds);
      report.figure("sent", "readings/s", readings / drainedSeconds);
    }
  }

  private static BitSet filled(Peer peer, Path folder, Wire wire, int readings, Report report)
      throws Exception {
    try (var running = peer.start(folder, wire.port());
        var feed = running.inputs().getFirst().feed()) {
      while (feed.count() < readings) {
        feed.send(PORTION);
        report.yardstick().lay();
      }
      var acknowledged = new BitSet(feed.count());
      acknowledged.set(0, feed.count());
      return acknowledged;
    }
  }

  private static void report(Report report, BitSet acknowledged, CrashCloud.Taken taken) {
    var lost = (BitSet) acknowledged.clone();
    lost.andNot(taken.numbers());
    report.atMost("acknowledged and not come", lost.cardinality(), 0, "readings");
    report.atMost(
        "seen twice after deduplication", taken.inTwoBatches() + taken.changed(), 0, "readings");
    report.ratio(
        "came again / came", (double) taken.readingsAgain() / taken.numbers().cardinality());
    report.figure("acknowledged", "readings", acknowledged.cardinality());
    report.figure("came", "readings", taken.numbers().cardinality());
    report.figure("came", "batches", taken.batches());
    report.figure("came again, after kills", "batches", taken.again());
  }
}
