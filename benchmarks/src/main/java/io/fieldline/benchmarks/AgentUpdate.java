// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;

/// T19 of the agent's targets.
final class AgentUpdate implements Question {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration LOOK = Duration.ofMillis(100);

  @Override
  public String name() {
    return "agent-update";
  }

  @Override
  public String text() {
    return "Is the agent back on its old version, and the job FAILED, after an update that is bad?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` runs as the package's service would run it: started again five seconds after
    it ended, not after status 2 or 78. A job of AWS IoT (the local stack) brings an update: an archive with a wrong
    byte; one with a wrong signature; a version that ends at once; one that does nothing; a whole image that finds no
    network; and, to compare, the same image as another version, which is good. All but the good one must end FAILED with the package's
    own image connected. Time from `create-job` until the job has ended. Configuration by default: a new version has 60 s and three starts. Each
    kind has a device of its own, and they run at the same time; each run begins with an empty data folder.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(10);
    var signer = new UpdateSigner(at.folder());
    Path image = AgentPackage.made(at, "1").image();
    List<Samples> times = new ArrayList<>();
    try (var stack = new Stack(at, Optional.empty());
        var archives = new ArchiveServer();
        ExecutorService devices = Executors.newCachedThreadPool()) {
      String policy = Device.policy(stack, "everything", Device.EVERYTHING);
      List<Future<Samples>> running = new ArrayList<>();
      for (UpdateKind kind : UpdateKind.values()) {
        String document = archives.serves(kind, signer, kind.archive(signer, image));
        Device device =
            Device.registered(
                stack, "updated-" + kind.id(), at.folder().resolve(kind.id()), List.of(policy));
        var run = new Run(stack, device, image, signer, kind, document);
        running.add(devices.submit(() -> runs(run, rounds)));
      }
      for (Future<Samples> one : running) {
        times.add(one.get());
      }
    }
    report(report, rounds, times);
  }

  private static void report(Report report, int rounds, List<Samples> times) {
    int asExpected = 0;
    double longest = 0;
    for (UpdateKind kind : UpdateKind.values()) {
      Samples of = times.get(kind.ordinal());
      if (of.count() > 0) {
        report.figure(kind.id() + ": create-job to the job's end", "s", of);
      }
      if (kind != UpdateKind.GOOD) {
        asExpected += of.count();
        longest = Math.max(longest, of.count() > 0 ? of.max() : 0);
      }
    }
    int bad = (times.size() - 1) * rounds;
    report.atLeast(
        "back on the old version and FAILED, of " + bad + " bad updates", asExpected, bad, "runs");
    report.atMost("longest of them", longest, 90, "s");
    report.figure("good ones that SUCCEEDED", "runs", times.getLast().count());
    report.ratio(
        "no network / good", median(times, UpdateKind.NO_NETWORK) / median(times, UpdateKind.GOOD));
  }

  private static double median(List<Samples> times, UpdateKind kind) {
    return times.get(kind.ordinal()).count() > 0 ? times.get(kind.ordinal()).median() : Double.NaN;
  }

  private record Run(
      Stack stack,
      Device device,
      Path image,
      UpdateSigner signer,
      UpdateKind kind,
      String document) {}

  /// A sample for each run that ended as it should.
  private static Samples runs(Run run, int rounds) throws Exception {
    var samples = new Samples();
    for (int round = 0; round < rounds; round++) {
      Optional<Double> seconds = once(run, round);
      seconds.ifPresent(samples::add);
    }
    return samples;
  }

  private static Optional<Double> once(Run run, int round) throws Exception {
    Path folder = Files.createDirectory(run.device.folder().resolve("run-" + round));
    Path config = configuration(run, folder);
    IotClient iot = run.stack.client(IotClient.builder());
    String job = run.device.thing() + "-" + round;
    var service = new UpdatedService(run.image, config, folder.resolve("slots"));
    try (service) {
      service.connected(0);
      int before = service.lines();
      long began = System.nanoTime();
      iot.createJob(create ->
          create
              .jobId(job)
              .targets("arn:aws:iot:us-east-1:000000000000:thing/" + run.device.thing())
              .document(run.document));
      JobExecution ended = ended(iot, job, run.device.thing());
      double seconds = (System.nanoTime() - began) / 1e9;
      boolean good = run.kind == UpdateKind.GOOD;
      boolean stays = Files.exists(folder.resolve("slots/current")) == good;
      boolean status =
          ended.status() == (good ? JobExecutionStatus.SUCCEEDED : JobExecutionStatus.FAILED);
      System.out.printf(
          "  %s %d: %s after %.1f s: %s%n",
          run.kind.id(),
          round,
          ended.statusAsString(),
          seconds,
          ended.statusDetails() == null ? "" : ended.statusDetails().detailsMap());
      if (run.kind.isTried()) {
        service.connected(before);
      }
      return stays && status ? Optional.of(seconds) : Optional.empty();
    }
  }

  private static JobExecution ended(IotClient iot, String job, String thing)
      throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      JobExecution now =
          iot.describeJobExecution(asked -> asked.jobId(job).thingName(thing)).execution();
      boolean open =
          now.status() == JobExecutionStatus.QUEUED
              || now.status() == JobExecutionStatus.IN_PROGRESS;
      if (!open || System.nanoTime() > deadline) {
        return now;
      }
      Workplace.rest(LOOK);
    }
  }

  private static Path configuration(Run run, Path folder) throws Exception {
    List<String> lines = new ArrayList<>();
    Path device = run.device.folder();
    lines.add("thing: " + run.device.thing());
    lines.add("folder: " + folder.resolve("data"));
    lines.add("cloud:");
    lines.add("  endpoint: localhost:" + run.stack.mqttPort());
    lines.add("  certificate: " + device.resolve("device.pem.crt"));
    lines.add("  key: " + device.resolve("private.pem.key"));
    lines.add("  ca: " + device.resolve("ca.pem"));
    for (String listener : List.of("tcp", "http", "mqtt", "metrics")) {
      lines.add(listener + ": {listen: \"127.0.0.1:0\"}");
    }
    lines.add("machine: {everyMs: 1000}");
    lines.add("jobs: {enabled: true, update: {keys: [" + run.signer.publicKey() + "]}}");
    return Files.write(folder.resolve("agent.yaml"), lines);
  }
}
