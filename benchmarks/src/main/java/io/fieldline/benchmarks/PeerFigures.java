// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Measures one peer, in all that can be measured of it from outside.
final class PeerFigures {
  private static final long LIMIT_NANOS = 120_000_000_000L;
  private static final Duration SHORT_REST = Duration.ofSeconds(75);
  private static final Duration WARM_UP = Duration.ofMinutes(5);
  private static final Duration WATCHED = Duration.ofMinutes(10);
  private static final Duration SAMPLED_EVERY = Duration.ofSeconds(10);
  private static final Duration STEADY = Duration.ofSeconds(10);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final int STEADY_RATE = 1_000;
  private static final int KILLED_WITH = 2_000;
  private static final int BACKLOG = 3_000;
  private static final double AWS_PUBLISHES = 100;
  private static final double QUIET_S = 8;
  private static final double ARRIVED_WITHIN_S = 90;

  private final Peer peer;
  private final Path folder;
  private final Cloud cloud;
  private final Wire wire;
  private final boolean full;

  final Samples startSeconds = new Samples();
  final Samples resident = new Samples();
  final Samples proportional = new Samples();

  /// By the input: acknowledged readings a second while the cloud cannot be reached.
  final Map<Peer.Input, Samples> rates = new LinkedHashMap<>();

  double bytesPerReading;
  double bytesUpPerReading;
  double cpuPercent;
  double residentSteady;

  /// 0 where the peer keeps nothing for a cloud that is away.
  double drained;

  double readingsPerPublish;
  int backlog;
  int acknowledged;
  int lost;

  PeerFigures(Peer peer, Path folder, Cloud cloud, Wire wire, boolean full) {
    this.peer = peer;
    this.folder = folder;
    this.cloud = cloud;
    this.wire = wire;
    this.full = full;
  }

  Peer peer() {
    return peer;
  }

  private Peer.Running start(String name) throws Exception {
    return peer.start(folder.resolve(name), wire.port());
  }

  /// From exec until the cloud has accepted its connection, and its memory when nothing is sent.
  void startAndRest(int rounds) throws Exception {
    wire.mend();
    for (int i = 0; i < rounds; i++) {
      cloud.begin(0);
      try (var running = start("idle-" + i)) {
        long connected = cloud.connected(LIMIT_NANOS);
        startSeconds.add((connected - running.program().startedNanos()) / 1e9);
        if (i == rounds - 1) {
          rest(running.program());
        }
      }
    }
  }

  private void rest(Program program) throws Exception {
    if (!full) {
      Workplace.rest(SHORT_REST);
      memory(program);
      return;
    }
    Workplace.rest(WARM_UP);
    for (long i = 0; i < WATCHED.dividedBy(SAMPLED_EVERY); i++) {
      Workplace.rest(SAMPLED_EVERY);
      memory(program);
    }
  }

  private void memory(Program program) throws Exception {
    resident.add(program.residentMiB());
    proportional.add(program.proportionalMiB());
  }

  /// A thousand readings a second by the usual input: what goes over the wire, and what it costs.
  void steady() throws Exception {
    wire.mend();
    cloud.begin(0);
    try (var running = start("steady")) {
      cloud.connected(LIMIT_NANOS);
      Program program = running.program();
      try (Feed feed = running.inputs().getFirst().feed()) {
        feed.send(STEADY_RATE, Duration.ofSeconds(3));
        long bytes = wire.bytes();
        long up = wire.bytesUp();
        long taken = cloud.taken().readings();
        double cpu = program.cpuSeconds();
        long began = System.nanoTime();
        feed.send(STEADY_RATE, STEADY);
        cpuPercent = (program.cpuSeconds() - cpu) * 1e9 / (System.nanoTime() - began) * 100;
        residentSteady = program.residentMiB();
        double readings = cloud.taken().readings() - taken;
        bytesPerReading = (wire.bytes() - bytes) / readings;
        bytesUpPerReading = (wire.bytesUp() - up) / readings;
      }
    }
  }

  /// As fast as it acknowledges, while the cloud cannot be reached.
  void ingest(int rounds) throws Exception {
    wire.cut();
    try (var running = start("ingest")) {
      for (Peer.Input input : running.inputs()) {
        var rate = new Samples();
        rates.put(input, rate);
        try (Feed feed = input.feed()) {
          feed.rate(Duration.ofSeconds(2));
          for (int i = 0; i < rounds; i++) {
            rate.add(feed.rate(ROUND));
          }
        }
      }
    }
  }

  /// SIGKILL with acknowledged readings that could not be sent yet: how many never arrive.
  void killed() throws Exception {
    wire.cut();
    try (var running = start("killed")) {
      try (Feed feed = running.inputs().getFirst().feed()) {
        feed.send(KILLED_WITH);
        running.program().kill();
        acknowledged = feed.count();
      }
    }
    cloud.begin(0);
    wire.mend();
    try (var _ = start("killed")) {
      cloud.connected(LIMIT_NANOS);
      arrived(acknowledged);
      lost = acknowledged - cloud.taken().distinct();
    }
  }

  /// A backlog goes to a cloud that acknowledges a hundred publishes a second, as AWS does.
  void drain() throws Exception {
    wire.cut();
    try (var running = start("drain")) {
      try (Feed feed = running.inputs().getFirst().feed()) {
        feed.send(BACKLOG);
        if (running.inputs().getFirst().kept() == Peer.Kept.ON_DISK) {
          // What goes out many in a publish needs more to be seen at work.
          feed.rate(ROUND);
        }
        backlog = feed.count();
      }
      cloud.begin(AWS_PUBLISHES);
      wire.mend();
      long connected = cloud.connected(LIMIT_NANOS);
      cloud.until(backlog, QUIET_S, STEADY.toSeconds());
      Cloud.Taken taken = cloud.taken();
      if (taken.publishes() > 0) {
        drained = taken.distinct() / ((System.nanoTime() - connected) / 1e9);
        readingsPerPublish = (double) taken.readings() / taken.publishes();
      }
      cloud.begin(0);
    }
  }

  private void arrived(int count) throws InterruptedException {
    cloud.until(count, QUIET_S, ARRIVED_WITHIN_S);
  }
}
