// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sts.StsClient;

final class StackStart implements Question {
  private static final Duration REST = Duration.ofSeconds(10);

  private final Samples bare = new Samples();
  private final Samples ready = new Samples();
  private final Samples answered = new Samples();
  private final Samples resident = new Samples();

  @Override
  public String name() {
    return "stack-start";
  }

  @Override
  public String text() {
    return "How long does the local stack take to start, and how much memory does it take idle?";
  }

  @Override
  public String how() {
    return """
    The stack is started as `./fieldline up` starts it, with an empty data folder: from the start of
    the process to its line `ready`, and to the answer to a first signed request (STS
    GetCallerIdentity; the client was made warm before). The very first start has no AOT
    cache yet, which the JVM writes when it ends; it is told apart. Before each, a Java program
    that does nothing, for the ratio. Resident memory is VmRSS after 10 s in which nobody asks.
    Then our whole template is deployed by the real `cdk`, the stack rests for 10 s, and is
    started again on what it kept. The JVMs of functions are processes of their own and not counted.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(5);
    var first = new Samples();
    try (var training =
        new Stack(at, Optional.empty(), List.of("-XX:AOTCacheOutput=" + cache(at)))) {
      first.add(training.readyMs());
    }
    for (int i = 0; i < rounds; i++) {
      report.yardstick().lay();
      try (Program idle = at.java("benchmarks", Workplace.stackFlags(), Idle.class.getName())) {
        idle.line("ready", Duration.ofSeconds(30));
        bare.add(idle.millisSinceStart());
      }
      start(at, at.folder().resolve("empty-" + i), ready, answered, resident);
    }
    var deployedResident = new Samples();
    Path data = at.folder().resolve("deployed");
    try (var stack = new Stack(at, Optional.of(data), prepared(at))) {
      new Deployment(at, stack, "app").deploy();
      Workplace.rest(REST);
      deployedResident.add(stack.program().residentMiB());
    }
    var again = new Samples();
    var againAnswered = new Samples();
    var againResident = new Samples();
    for (int i = 0; i < rounds; i++) {
      report.yardstick().lay();
      start(at, data, again, againAnswered, againResident);
    }

    report.atMost("ready after start", ready.median(), 2_000, "ms");
    report.atMost("ready with the template kept", again.median(), 2_000, "ms");
    report.atMost("resident, idle, empty", resident.median(), 200, "MiB");
    report.atMost("resident, idle, just deployed", deployedResident.median(), 200, "MiB");
    report.figure("a Java program that does nothing: ready", "ms", bare);
    report.figure("empty, the first start of all, which trains: ready", "ms", first);
    report.figure("empty: ready", "ms", ready);
    report.figure("empty: first answer", "ms", answered);
    report.figure("template kept: ready", "ms", again);
    report.figure("template kept: first answer", "ms", againAnswered);
    report.figure("empty: resident", "MiB", resident);
    report.figure("just deployed: resident", "MiB", deployedResident);
    report.figure("template kept: resident", "MiB", againResident);
    report.ratio("stack ready / bare Java ready", ready.median() / bare.median());
  }

  /// Classes as the JVM wrote them down at the end of a start on nothing, as the launcher has it.
  private static List<String> prepared(Workplace at) {
    return List.of("-XX:AOTCache=" + cache(at));
  }

  private static Path cache(Workplace at) {
    return at.folder().resolve("stack.aot");
  }

  private static void start(
      Workplace at, Path data, Samples ready, Samples answered, Samples resident) throws Exception {
    try (var stack = new Stack(at, Optional.of(data), prepared(at))) {
      StsClient sts = stack.client(StsClient.builder());
      sts.getCallerIdentity();
      answered.add(stack.program().millisSinceStart());
      ready.add(stack.readyMs());
      Workplace.rest(REST);
      resident.add(stack.program().residentMiB());
    }
  }
}
