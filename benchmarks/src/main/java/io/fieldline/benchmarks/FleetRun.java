// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A fleet against the whole pipeline: nothing lost, soon readable, and as dear as predicted.
final class FleetRun implements Question {
  private static final int DEVICES = 1_000;
  private static final Duration COUNTED = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMinutes(5);
  private static final int ALARM_RULES = 11;
  private static final int EXPORTED = 20;

  /// As many as Lambda begins with, so that how many messages come together is not this machine's.
  static final int POLLERS = 5;

  private static final int CONNECTS = 10;
  private static final Duration SPARE = Duration.ofMinutes(4);
  private static final Duration BEFORE_HOUR = Duration.ofMinutes(3);
  private static final Duration WAITED_FOR = Duration.ofMinutes(15);
  private static final Duration LOOK = Duration.ofMinutes(2);

  /// What an invocation says may be kept a moment after it ended.
  private static final Duration LATE = Duration.ofSeconds(5);

  /// Wall time, which is the machine's and no call: it counts in the bill, and is told for itself.
  private static final String TIME = "GIGABYTE_SECOND";

  private static final double ALLOWED = 0.05;
  private static final Pattern ACCEPTED = Pattern.compile("accepted ([\\d,]+), ");
  private static final Pattern CONNECTED = Pattern.compile("t=(\\d+)s connected=(\\d+) ");

  private final HttpClient http = HttpClient.newHttpClient();

  @Override
  public String name() {
    return "fleet-run";
  }

  @Override
  public String text() {
    return "Is nothing of a thousand devices lost, all of it soon readable, and the bill as predicted?";
  }

  @Override
  public String rounds() {
    return "--devices";
  }

  @Override
  public String how() {
    return """
    Our template is deployed by the real `cdk`; each device has its own certificate, the policies of the
    stage and an agent of its own (`fieldline agent sim`, all in one process), four sensors once a
    second, batches of a minute, their begins spread over a minute. Ten alarm rules watch and one has
    raised. Five pollers take from each queue, as Lambda's do. When all are connected and two minutes are over, ten minutes are counted (five without `--full`), from one full
    minute to another, by what CloudWatch has under AWS's own names (`AWS/IoT`, `AWS/SQS`,
    `AWS/Lambda`, `AWS/DynamoDB`, `AWS/Logs`), billed durations by Lambda's REPORT lines, requests of
    queues by the stack's own count (`/_local/calls`), which AWS has no metric for. After it the sensors
    end and everything is waited for. Lost would be: a reading that an agent accepted and the cloud did not acknowledge; one
    that was acknowledged and not stored; of some devices, one that an export does not give. Readable
    is a batch when the function has stored it; its age then is that of its newest reading (the
    function measures it in its log).
    The prediction is `fieldline cost` with the load, as it is in `fleet-run.prediction.tsv`, which was committed
    before the run. How long a poller's requests and the function take is this machine's,
    from a run before; all else is of the configuration.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int devices = at.rounds(DEVICES);
    Duration counted = at.full() ? COUNTED : SHORT;
    Optional<Path> data = Optional.of(at.folder().resolve("data"));
    var pollers = List.of("--pollers", String.valueOf(POLLERS));
    try (var stack = new Stack(at, data, List.of(), pollers)) {
      var deployment = new Deployment(at, stack, "app");
      deployment.deploy();
      Path fleet = fleet(at, stack, devices);
      try (var signIn = new SignIn(stack, deployment)) {
        var api = signIn.local(deployment.output("ApiUrl"));
        String token = signIn.token("admin");
        report.yardstick().lay();
        var run = run(at, stack, fleet, devices, counted, () -> rules(api, token));
        report.yardstick().lay();
        lost(report, new FleetCounts(stack), run, api, signIn.token("viewer"));
        compare(at, report, stack, run, devices);
      }
    }
  }

  /// @param from begin and end of what is counted, both full minutes
  record Run(
      Instant from,
      Instant to,
      long accepted,
      double connected,
      FleetCounts.Calls calls,
      FleetLog log) {}

  private static Path fleet(Workplace at, Stack stack, int devices) {
    Path fleet = at.folder().resolve("fleet");
    var environment =
        Map.of(
            "AWS_ENDPOINT_URL", stack.endpoint().toString(),
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_REGION", "us-east-1");
    var command =
        List.of(
            at.root().resolve("fieldline").toString(),
            "agent",
            "fleet",
            "create",
            "--devices",
            String.valueOf(devices),
            "--out",
            fleet.toString());
    try (var created = Program.start(at.folder(), environment, command)) {
      created.ended(Duration.ofMinutes(20));
    }
    return fleet;
  }

  /// One that is raised at once and stays so, and others that are never.
  private void rules(URI api, String token) throws Exception {
    for (int i = 1; i <= ALARM_RULES; i++) {
      String body =
          """
          {"name":"watch-%d","device":"sim-%04d","sensor":"temperature","side":"ABOVE",
          "threshold":%d,"hysteresis":1}
          """
              .formatted(i, i, i == 1 ? -100 : 1000);
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(api + "/rules/watch-" + i))
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .PUT(BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "expected a rule, got " + answer.statusCode() + " " + answer.body());
      }
    }
  }

  /// What is done when every device was heard.
  private interface Step {
    void take() throws Exception;
  }

  private Run run(
      Workplace at, Stack stack, Path fleet, int devices, Duration counted, Step allHeard)
      throws Exception {
    Path authority = Files.writeString(at.folder().resolve("fleet-ca.pem"), stack.authority());
    var counts = new FleetCounts(stack);
    Instant from = begin(devices);
    Instant to = from.plus(counted);
    long minutes = Duration.between(Instant.now(), to).toMinutes() + 2;
    try (Program sim =
        at.fieldline(
            "agent",
            "sim",
            "--fleet",
            fleet.toString(),
            "--ca",
            authority.toString(),
            "--endpoint",
            "localhost:" + stack.mqttPort(),
            "--connects",
            String.valueOf(CONNECTS),
            "--every",
            "1s",
            "--window",
            "60s",
            "--spread",
            "60s",
            "--sensor",
            "temperature=sine(20,5,60s,0.1) Cel",
            "--sensor",
            "humidity=walk(50,0.5) %RH",
            "--sensor",
            "pressure=walk(1013,0.2) hPa",
            "--sensor",
            "current=sine(2,1,30s,0.05) A",
            "--for",
            minutes + "m",
            "--settle",
            "3m")) {
      sim.line("t=", Duration.ofMinutes(20));
      // A window, its spread, and a moment.
      Workplace.rest(Duration.ofSeconds(130));
      allConnected(sim, devices);
      allHeard.take();
      if (from.isBefore(Instant.now())) {
        throw new IllegalStateException("expected all devices to be connected before " + from);
      }
      restUntil(from);
      var before = counts.calls();
      var log = new FleetLog(stack, from);
      for (Instant next = from.plus(LOOK); next.isBefore(to); next = next.plus(LOOK)) {
        restUntil(next.plus(LATE));
        log.gather(next);
      }
      restUntil(to);
      var calls = counts.calls().since(before);
      double connected = allConnected(sim, devices);
      // The audit of the simulator ends it with 1 where something was not acknowledged.
      String said = sim.ended(Duration.ofMinutes(10));
      System.out.println(said.substring(Math.max(0, said.indexOf("devices  "))));
      restUntil(to.plus(1, ChronoUnit.MINUTES));
      counts.drained(Duration.ofMinutes(5));
      log.gather(to);
      return new Run(from, to, accepted(said), connected, calls, log);
    }
  }

  /// A full minute, when all are connected and two minutes are over. Where an hour ends soon, so
  /// long before it that it is merged within what is counted.
  private static Instant begin(int devices) {
    Instant ready = Instant.now().plusSeconds(devices / CONNECTS + SPARE.toSeconds());
    Instant hour = ready.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    Instant beforeHour = hour.minus(BEFORE_HOUR);
    return !beforeHour.isBefore(ready) && beforeHour.isBefore(ready.plus(WAITED_FOR))
        ? beforeHour
        : ready.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
  }

  private static long accepted(String said) {
    Matcher matcher = ACCEPTED.matcher(said);
    if (!matcher.find()) {
      throw new IllegalStateException("expected what was accepted in: " + said);
    }
    return Long.parseLong(matcher.group(1).replace(",", ""));
  }

  private static double allConnected(Program sim, int devices) {
    int connected = 0;
    Matcher matcher = CONNECTED.matcher(sim.output());
    while (matcher.find()) {
      connected = Integer.parseInt(matcher.group(2));
    }
    if (connected < devices) {
      throw new IllegalStateException(
          "expected " + devices + " connected devices, got " + connected);
    }
    return connected;
  }

  private static void restUntil(Instant time) throws InterruptedException {
    Duration left = Duration.between(Instant.now(), time);
    if (left.isPositive()) {
      Workplace.rest(left);
    }
  }

  private void lost(Report report, FleetCounts counts, Run run, URI api, String token)
      throws Exception {
    double stored = counts.everStored();
    report.atMost("acknowledged and not stored", run.accepted() - stored, 0, "readings");
    report.figure("readings accepted, and stored", "readings", stored);
    long ofSome = 0;
    long exported = 0;
    for (int i = 1; i <= EXPORTED; i++) {
      var rows = new FleetExport(http, api, token).rows("sim-%04d".formatted(i));
      exported += rows.count();
      ofSome += rows.expected();
    }
    report.atMost(
        "of " + EXPORTED + " devices, seconds without their four readings in the export",
        ofSome - exported,
        0,
        "readings");
    Samples ages = run.log().ages();
    report.figure("age of a batch's newest reading when it was stored", "ms", ages);
    report.figure("99 of 100 within", "ms", ages.at(0.99));
    report.atMost("99 of 100 readable within", ages.at(0.99), 2_000, "ms");
  }

  private static void compare(Workplace at, Report report, Stack stack, Run run, int devices)
      throws Exception {
    var predicted = FleetPrediction.read(at, devices, run, ALARM_RULES);
    var counted = new FleetCounts(stack).counted(run);
    double predictedUsd = 0;
    double countedUsd = 0;
    double most = 0;
    String worst = "";
    for (var kind : predicted.kinds()) {
      double expected = predicted.quantity(kind);
      double found = counted.getOrDefault(kind, 0.0);
      report.figure(kind + ": predicted", "", expected);
      report.figure(kind + ": counted", "", found);
      report.figure(kind + ": counted / predicted", "", found / expected);
      predictedUsd += predicted.price(kind) * expected;
      countedUsd += predicted.price(kind) * found;
      double off = Math.abs(found / expected - 1);
      if (off > most && !kind.equals(TIME)) {
        most = off;
        worst = kind;
      }
    }
    double millions = counted.getOrDefault("READINGS", 0.0) / 1e6;
    report.figure("USD a million readings, counted", "USD", countedUsd / millions);
    report.figure("USD a million readings, predicted", "USD", predictedUsd / millions);
    report.figure(
        "write units a million readings",
        "units",
        counted.getOrDefault("WRITE_UNIT", 0.0) / millions);
    report.atMost(
        "counted and predicted bill, difference",
        Math.abs(countedUsd / predictedUsd - 1),
        ALLOWED,
        "");
    report.atMost("largest difference of a kind of call (" + worst + ")", most, ALLOWED, "");
    report.ratio("bill counted / predicted", countedUsd / predictedUsd);
  }
}
