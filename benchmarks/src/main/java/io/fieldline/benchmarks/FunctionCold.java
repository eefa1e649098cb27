// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/// What it costs each function to start, as the machine that starts it pays it.
final class FunctionCold implements Question {
  private static final double BUDGET_MS = 500;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ActiveProcessorCount=1",
          "--enable-native-access=ALL-UNNAMED",
          "-Xmx409m");

  @Override
  public String name() {
    return "function-cold";
  }

  @Override
  public String text() {
    return "How much processor time does a function's start take, until its first event is answered?";
  }

  @Override
  public String how() {
    return """
    Each function's zip, unpacked, runs in a JVM of its own (C1, serial collector, one processor) with the environment
    that the deployed stack gives it, and calls the local stack over HTTP. `FunctionColdWork` makes the handler by its
    constructor, as Lambda does, and answers one real event; processor time is the kernel's, of the whole
    process with all its threads, JVM start included (in steps of 10 ms). Three ways: as it is; with an AOT cache, as the
    local stack makes them, trained by one such run; and primed, which is what AWS does here: the functions have SnapStart, the
    hook before the snapshot runs `prime()`, and what is left to be paid when AWS starts a function from the
    snapshot is its first event (besides AWS's own restoring, which nothing here can measure). A cache of one's own is not
    offered for zips on a managed runtime, so that figure is the local stack's. `site` is not here: it runs
    once a deployment. The budget is held on what AWS allows: primed.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(3);
    var largest = new LinkedHashMap<String, Double>();
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      new Deployment(at, stack, "app").deploy();
      for (var function : functions(stack)) {
        String label = function.functionName().replaceFirst(".*-", "");
        if (label.equals("site")) {
          continue;
        }
        report.yardstick().lay();
        measure(at, report, stack, function, label, rounds)
            .forEach((way, ms) -> largest.merge(way, ms, Math::max));
      }
    }
    report.atMost(
        "first event of a primed function, largest",
        largest.getOrDefault("primed", 0.0),
        BUDGET_MS,
        "ms");
    report.atMost(
        "start and first event with an AOT cache, largest",
        largest.getOrDefault("cached", 0.0),
        BUDGET_MS,
        "ms");
    report.ratio(
        "largest with an AOT cache / without",
        largest.getOrDefault("cached", 0.0) / largest.getOrDefault("plain", 1.0));
  }

  private static List<FunctionConfiguration> functions(Stack stack) {
    return stack.client(LambdaClient.builder()).listFunctionsPaginator().functions().stream()
        .toList();
  }

  private static Map<String, Double> measure(
      Workplace at,
      Report report,
      Stack stack,
      FunctionConfiguration function,
      String label,
      int rounds)
      throws IOException {
    var program = new Cold(at, stack, function, label);
    var plain = new Samples();
    var cached = new Samples();
    var primed = new Samples();
    Path cache = at.folder().resolve(label + ".aot");
    program.run(List.of("-XX:AOTCacheOutput=" + cache), "plain");
    for (int i = 0; i < rounds; i++) {
      plain.add(program.run(List.of(), "plain"));
      cached.add(program.run(List.of("-XX:AOTCache=" + cache), "plain"));
      primed.add(program.run(List.of(), "primed"));
    }
    report.figure(label + ": start and first event", "ms", plain);
    report.figure(label + ": start and first event with an AOT cache", "ms", cached);
    report.figure(label + ": first event when primed", "ms", primed);
    return Map.of("plain", plain.median(), "cached", cached.median(), "primed", primed.median());
  }

  private record Cold(
      Workplace at,
      FunctionConfiguration function,
      List<Path> jars,
      Path event,
      Map<String, String> environment) {
    Cold(Workplace at, Stack stack, FunctionConfiguration function, String label)
        throws IOException {
      this(
          at,
          function,
          FunctionZip.unpacked(at, label),
          Files.writeString(at.folder().resolve(label + ".json"), FunctionEvents.of(label)),
          new TreeMap<>(function.environment().variables()));
      environment.put("AWS_ENDPOINT_URL", stack.endpoint().toString());
      environment.put("AWS_ACCESS_KEY_ID", "test");
      environment.put("AWS_SECRET_ACCESS_KEY", "test");
      environment.put("AWS_REGION", "us-east-1");
      environment.put("AWS_LAMBDA_FUNCTION_NAME", function.functionName());
    }

    /// Milliseconds of processor time.
    double run(List<String> more, String how) {
      var classPath = new ArrayList<>(jars);
      classPath.add(at.root().resolve("benchmarks/target").resolve(FunctionEvents.JAR));
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(FLAGS);
      command.addAll(more);
      command.addAll(
          List.of(
              "-cp",
              String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()),
              FunctionColdWork.class.getName(),
              function.handler().split("::")[0],
              event.toString(),
              how));
      try (var program = Program.start(at.folder(), environment, command)) {
        return Double.parseDouble(
            program
                .ended(LIMIT)
                .lines()
                .filter(line -> line.startsWith("cpu "))
                .findFirst()
                .orElseThrow()
                .substring("cpu ".length()));
      }
    }
  }
}
