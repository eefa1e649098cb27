// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.ArrayList;
import java.util.List;

final class AgentPeers implements Question {
  @Override
  public String name() {
    return "agent-peers";
  }

  @Override
  public String text() {
    return "How does the device agent compare with the mosquitto bridge and Node-RED on one gateway?";
  }

  @Override
  public String how() {
    return """
    Four programs, one after the other, deliver by mutual TLS and QoS 1 to the same broker (our MQTT core with AWS
    IoT Core's limits) through a proxy that counts bytes and can be cut: the image of `./fieldline agent package`
    with its defaults and all listeners; Debian's mosquitto with a bridge, once with the settings of Debian's `mosquitto.conf` (persistence,
    saved every 30 minutes, 1,000 messages queued) and once tuned (`autosave_on_changes` after each change, no limit
    of the queue, connecting again after a second); Node-RED 4.1.15 with a flow of `tcp in` and `http in` to `mqtt
    out`, each answered. Load comes from this machine.

    - start: from exec until the broker accepted the connection.
    - idle: Rss and Pss of `smaps_rollup` 75 s after that; with `--full` after 5 minutes every 10 s for 10 minutes.
    - a thousand readings a second for 10 s by the first input: bytes in both directions on TCP with TLS and
      acknowledgements, without the headers of IP; processor time of the peer's process. Each message of the peers
      is the number alone; a batch of ours has times, a sensor and a sequence besides.
    - ingest: rounds of 5 s, each connection sends on when all it sent is acknowledged, while the cloud cannot be
      reached. TCP: 64 connections, 20 lines at once; HTTP: 16 connections, one request; MQTT: 20 clients, 20
      messages of QoS 1. Only what is on disk before its acknowledgement is called durable.
    - killed: 2,000 readings are acknowledged while the cloud cannot be reached, then SIGKILL, then a start with the
      cloud there; what has not come when nothing came for 8 s is lost.
    - drain: the cloud acknowledges 100 publishes a second, AWS's limit for a connection; the readings of the first
      10 s after the connection; 0 where nothing comes, because the peer keeps nothing while it is not connected.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    List<Peer> peers = new ArrayList<>(MosquittoPeer.installed(certificates));
    peers.add(NodeRedPeer.installed(certificates));
    peers.addFirst(
        new FieldlinePeer(AgentPackage.made(at, "0"), certificates, FieldlinePeer.NO_SENSORS));
    List<PeerFigures> all = new ArrayList<>();
    int rounds = at.rounds(3);
    for (Peer peer : peers) {
      try (var cloud = new Cloud(certificates);
          var wire = new Wire(cloud.port())) {
        System.out.println("  " + peer.name());
        report.yardstick().lay();
        var folder = at.folder().resolve("peer-" + all.size());
        var figures = new PeerFigures(peer, folder, cloud, wire, at.full());
        figures.startAndRest(rounds);
        figures.steady();
        figures.ingest(rounds);
        figures.killed();
        figures.drain();
        all.add(figures);
        tell(report, figures);
      }
    }
    judge(report, all);
  }

  private static void tell(Report report, PeerFigures of) {
    String name = of.peer().name() + ": ";
    report.figure(name + "exec to connected", "s", of.startSeconds);
    report.figure(name + "resident, idle", "MiB", of.resident);
    report.figure(name + "proportional, idle", "MiB", of.proportional);
    report.figure(name + "resident at 1,000 readings/s", "MiB", of.residentSteady);
    report.figure(name + "processor at 1,000 readings/s", "% of a core", of.cpuPercent);
    report.figure(name + "on the wire at 1,000 readings/s", "bytes/reading", of.bytesPerReading);
    report.figure(name + "of them to the cloud", "bytes/reading", of.bytesUpPerReading);
    of.rates.forEach((input, rate) -> {
      String what = "acknowledged by " + input.name() + ", " + input.kept();
      report.figure(name + what, "readings/s", rate);
    });
    report.figure(
        name + "lost of " + of.acknowledged + " acknowledged, SIGKILL", "readings", of.lost);
    report.figure(name + "drain at 100 publishes/s", "readings/s", of.drained);
    report.figure(name + "in a publish then", "readings", of.readingsPerPublish);
  }

  private static void judge(Report report, List<PeerFigures> all) {
    PeerFigures ours = all.getFirst();
    report.atMost("acknowledged readings lost by SIGKILL", ours.lost, 0, "readings");
    report.atLeast("drain at 100 publishes a second", ours.drained, 5_000, "readings/s");
    report.atMost("on the wire at 1,000 readings/s", ours.bytesPerReading, 17, "bytes a reading");
    report.atMost("processor at 1,000 readings/s", ours.cpuPercent, 6, "% of a core");
    report.atMost("exec to connected", ours.startSeconds.median(), 1, "s");
    report.atMost("resident, idle", ours.resident.median(), 64, "MiB");
    ours.rates.forEach((input, rate) ->
        report.atLeast(
            "durable readings by " + input.name(), rate.median(), goal(input.name()), "a second"));
    for (PeerFigures peer : all.subList(1, all.size())) {
      String than = " / " + peer.peer().name();
      report.ratio("resident, idle: ours" + than, ratio(ours.resident, peer.resident));
      report.ratio("exec to connected: ours" + than, ratio(ours.startSeconds, peer.startSeconds));
      report.ratio("bytes a reading: ours" + than, ours.bytesPerReading / peer.bytesPerReading);
      report.ratio("processor: ours" + than, ours.cpuPercent / peer.cpuPercent);
      if (peer.drained > 0) {
        report.ratio("drain: ours" + than, ours.drained / peer.drained);
      }
      peer.rates.forEach((input, rate) ->
          ours.rates.forEach((mine, my) -> {
            if (mine.name().equals(input.name())) {
              String kept = " (theirs " + input.kept() + ")";
              report.ratio("ingest by " + mine.name() + ": ours" + than + kept, ratio(my, rate));
            }
          }));
    }
  }

  private static double ratio(Samples ours, Samples theirs) {
    return ours.median() / theirs.median();
  }

  private static double goal(String input) {
    return switch (input) {
      case "TCP" -> 30_000;
      case "HTTP" -> 4_000;
      case "MQTT" -> 10_000;
      default -> throw new IllegalArgumentException("expected TCP, HTTP or MQTT, got " + input);
    };
  }
}
