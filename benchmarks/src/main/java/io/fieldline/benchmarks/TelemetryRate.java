// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// What the telemetry function costs when it is warm, with and without the database.
final class TelemetryRate implements Question {
  private static final int READINGS_A_BATCH = 2_400;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "telemetry-rate";
  }

  @Override
  public String text() {
    return "How many readings a second does one core of the telemetry function take?";
  }

  @Override
  public String how() {
    return """
    The function's own zip runs in a JVM of its own with the flags that functions have here (C1, serial
    collector, one processor), and takes events of ten messages with 240 readings each (four
    sensors, once a second, as the agent sends them). What is measured is processor time of the thread that runs
    the handler, so that neighbours and waiting do not count; 300 events before do not count. Without
    the database: its clients answer at once with what DynamoDB would (the device is known, nothing is newer),
    so what is left is reading, checking, packing, judging by alarm rules and making requests. With it: the SDK calls the
    local stack, deployed by the real `cdk`, over HTTP, three calls a message; processor time is the function's alone, wall
    time includes the stack's disk.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(5);
    var rates = new Samples();
    var alone = new Samples();
    var calling = new Samples();
    var wall = new Samples();
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      new Deployment(at, stack, "app").deploy();
      var jars = FunctionZip.unpacked(at, "telemetry");
      var environment = environment(stack);
      for (int i = 0; i < rounds; i++) {
        report.yardstick().lay();
        double ms = run(at, jars, environment, "alone").cpuMs();
        alone.add(ms);
        rates.add(READINGS_A_BATCH / ms * 1_000);
        Figures with = run(at, jars, environment, "calling");
        calling.add(with.cpuMs());
        wall.add(with.wallMs());
      }
    }
    report.atLeast("readings on one core, no database", rates.median(), 200_000, "a second");
    report.atMost("warm event of 2,400 readings", alone.median(), 15, "ms");
    report.ratio("processor time with calls / without", calling.median() / alone.median());
    report.figure("readings a second of processor time, no database", "1/s", rates);
    report.figure("processor time of an event, no database", "ms", alone);
    report.figure("processor time of an event, calling the stack", "ms", calling);
    report.figure("wall time of an event, calling the stack", "ms", wall);
  }

  private record Figures(double cpuMs, double wallMs) {}

  private static Figures run(
      Workplace at, List<Path> jars, Map<String, String> environment, String how) {
    var classPath = new ArrayList<>(jars);
    classPath.add(at.root().resolve("benchmarks/target/classes"));
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ActiveProcessorCount=1",
            "-Xmx819m",
            "-cp",
            String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()),
            TelemetryWork.class.getName(),
            how);
    try (var program = Program.start(at.folder(), environment, command)) {
      String[] figures = program.ended(LIMIT).strip().lines().toList().getLast().split(" ");
      return new Figures(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }
  }

  /// What the deployed function has, and credentials of the account's owner.
  private static Map<String, String> environment(Stack stack) {
    var lambda = stack.client(LambdaClient.builder());
    var environment = new TreeMap<String, String>();
    lambda.listFunctionsPaginator().functions().stream()
        .filter(function -> function.functionName().endsWith("-telemetry"))
        .forEach(function -> environment.putAll(function.environment().variables()));
    environment.put("AWS_ENDPOINT_URL", stack.endpoint().toString());
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
    environment.put("AWS_REGION", "us-east-1");
    return environment;
  }
}
