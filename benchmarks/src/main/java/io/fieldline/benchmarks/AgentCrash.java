// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// T11 and T12 of the agent's targets.
final class AgentCrash implements Question {
  private static final Duration MADE_WITHIN = Duration.ofMinutes(30);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration NETWORK = Duration.ofMillis(40);
  private static final Duration CURSOR = Duration.ofMillis(200);
  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final int WINDOW = 16;
  private static final int STARTING_EVERY = 10;
  private static final int LONGEST_START_MS = 600;
  private static final int LONGEST_LIFE_MS = 900;
  private static final int LONGEST_SILENCE_MS = 500;
  private static final long SEED = 42;

  private final Samples readyMs = new Samples();
  private final Samples again = new Samples();
  private final Samples allowed = new Samples();
  private final Samples beyond = new Samples();
  private double mayCome;

  @Override
  public String name() {
    return "agent-crash";
  }

  @Override
  public String text() {
    return "Does every acknowledged reading arrive from an agent that is killed a thousand times?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` publishes to our MQTT core by mutual TLS while four sensors send it numbers by
    TCP, five at a time, 2,000 a second in all. It gets a SIGKILL at a random moment within 0.9 s after it is ready, each
    tenth time within 0.6 s after exec, and is started again on the same folder, in all `--kills` times (1,000 by default).
    Each second time the line carries nothing for up to 0.5 s before the kill, so that what was sent did not come.
    The broker acknowledges 40 ms after a message came, so that something is on its way at most moments; a batch
    is cut after 20 ms. Otherwise the agent has its defaults, but for `trustMachineClock`, because a life of a
    second is too short to ask the cloud for the time.

    - lost: numbers that were answered with `ok 1` and did not come to the broker in the end.
    - twice after one kill: batches that came although they had come. Allowed are the %d that may be on their way and
      those that were acknowledged in the 200 ms before the kill.
    - after deduplication: numbers that came in two batches of different identities, and batches that came again with
      another content; the pipeline stores a batch once, by its identity.
    """
        .formatted(WINDOW);
  }

  @Override
  public String rounds() {
    return "--kills";
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int kills = at.rounds(1_000);
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(SEED);
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var sensors = new CrashSensors();
    Path image = made(at);
    try (var cloud = new CrashCloud(certificates, NETWORK);
        var wire = new Wire(cloud.port())) {
      Path config = configuration(at, certificates, wire.port());
      for (int kill = 1; kill <= kills; kill++) {
        int cameAgain = cloud.again();
        if (kill % STARTING_EVERY == 0) {
          killedStarting(started(at, image, config), random);
        } else {
          killedWorking(started(at, image, config), sensors, wire, random);
        }
        duplicates(cloud, cameAgain);
        if (kill % 50 == 0) {
          System.out.printf("  %d kills, %d numbers sent%n", kill, sensors.sent());
          report.yardstick().lay();
        }
      }
      int cameAgain = cloud.again();
      long began = System.nanoTime();
      try (Program _ = started(at, image, config)) {
        cloud.until(sensors.acknowledged(), QUIET);
      }
      double drained = (System.nanoTime() - began) / 1e9;
      duplicates(cloud, cameAgain);
      report(report, kills, sensors, cloud.taken(), drained);
    }
  }

  /// What came twice in one life is due to the kill before it.
  private void duplicates(CrashCloud cloud, int before) {
    double came = cloud.again() - before;
    again.add(came);
    beyond.add(came - mayCome);
    // What was not sent again in this life may be in the next one.
    mayCome =
        Math.max(
            WINDOW + cloud.acknowledgedSince(System.nanoTime() - CURSOR.toNanos()), mayCome - came);
    allowed.add(mayCome);
  }

  private void report(
      Report report, int kills, CrashSensors sensors, CrashCloud.Taken taken, double drained) {
    BitSet acknowledged = sensors.acknowledged();
    var lost = (BitSet) acknowledged.clone();
    lost.andNot(taken.numbers());
    report.atMost(
        "acknowledged readings lost in %,d kills".formatted(kills),
        lost.cardinality(),
        0,
        "readings");
    report.atMost("twice after one kill, beyond what is allowed", beyond.max(), 0, "batches");
    report.atMost(
        "seen twice after deduplication", taken.inTwoBatches() + taken.changed(), 0, "readings");
    report.ratio(
        "came again / came", (double) taken.readingsAgain() / taken.numbers().cardinality());
    report.figure("kills", "", kills);
    report.figure("sent", "readings", sensors.sent());
    report.figure("acknowledged", "readings", acknowledged.cardinality());
    report.figure("answered with an error", "readings", sensors.refused());
    report.figure("came", "readings", taken.numbers().cardinality());
    report.figure("came", "batches", taken.batches());
    report.figure("came again", "batches", taken.again());
    report.figure("twice after one kill", "batches", again);
    report.figure("allowed twice after one kill", "batches", allowed);
    report.figure("exec to ready, on the killed folder", "ms", readyMs);
    report.figure("last start until all had come", "s", drained);
  }

  private void killedWorking(Program agent, CrashSensors sensors, Wire wire, RandomGenerator random)
      throws IOException, InterruptedException {
    try (agent) {
      int port = FieldlinePeer.port(agent.line("ready ", LIMIT), "tcp");
      readyMs.add(agent.millisSinceStart());
      try (var _ = sensors.sending(port)) {
        Workplace.rest(Duration.ofMillis(random.nextInt(LONGEST_LIFE_MS)));
        if (random.nextBoolean()) {
          wire.fallSilent();
          Workplace.rest(Duration.ofMillis(random.nextInt(LONGEST_SILENCE_MS)));
        }
        agent.kill();
      }
      wire.drop();
    }
  }

  private static void killedStarting(Program agent, RandomGenerator random)
      throws InterruptedException {
    try (agent) {
      Workplace.rest(Duration.ofMillis(random.nextInt(LONGEST_START_MS)));
      agent.kill();
    }
  }

  private static Path made(Workplace at) throws IOException {
    Path out = Files.createDirectory(at.folder().resolve("package"));
    try (Program making =
        at.fieldline("agent", "package", "--image", "--version", "0", "--out", out.toString())) {
      making.ended(MADE_WITHIN);
    }
    try (var made = Files.list(out)) {
      return made.filter(Files::isDirectory).findFirst().orElseThrow();
    }
  }

  private static Program started(Workplace at, Path image, Path config) {
    return Program.start(
        at.folder(),
        Map.of(),
        List.of(image.resolve("bin/fieldline-agent").toString(), "--config", config.toString()));
  }

  private static Path configuration(Workplace at, Certificates certificates, int port)
      throws IOException {
    return Files.writeString(
        at.folder().resolve("agent.yaml"),
        """
        thing: bench
        folder: data
        trustMachineClock: true
        cloud:
          endpoint: localhost:%d
          certificate: %s
          key: %s
          ca: %s
          inFlight: %d
        batch: {windowMs: 20}
        tcp: {listen: "127.0.0.1:0"}
        http: {listen: "127.0.0.1:0"}
        mqtt: {listen: "127.0.0.1:0"}
        metrics: {listen: "127.0.0.1:0"}
        machine: {enabled: false}
        """
            .formatted(
                port,
                certificates.file("device.pem.crt"),
                certificates.file("private.pem.key"),
                certificates.file("ca.pem"),
                WINDOW));
  }
}
