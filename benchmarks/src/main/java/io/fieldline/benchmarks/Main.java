// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Answers the questions that are named, or all of them, one after the other.
public final class Main {
  private static final List<Question> QUESTIONS =
      List.of(
          new StackStart(),
          new PutItemCost(),
          new DeployTime(),
          new ReadingLatency(),
          new SqlCost(),
          new RepublishRate(),
          new InvokeOverhead(),
          new FunctionStart(),
          new FunctionCold(),
          new TelemetryRate(),
          new YearChart(),
          new FleetRun(),
          new AgentImage(),
          new AgentMemory(),
          new AgentThroughput(),
          new AgentCrash(),
          new AgentUpdate(),
          new AgentPeers(),
          new AgentRecovery(),
          new AgentDisk(),
          new AgentSteady(),
          new AgentBacklog(),
          new AgentAudit(),
          new AgentIdleTraffic(),
          new Charts(),
          new FirstChart());

  private static final String USAGE =
      """
      usage: fieldline bench [--list] [--rounds N] [--kills N] [--devices N] [--full] [NAME...]
        NAME      questions to answer, in their order; without any, all of them
        --rounds  how often each figure is taken; each question has its own default
        --kills   how often agent-crash kills the agent; the other questions know no kills
        --devices of how many devices the fleet of fleet-run is
        --full    measures as long as the method is written, where it has a short form
        --list    says the names and the questions
      """;

  private Main() {}

  public static void main(String[] args) throws Exception {
    var wanted = new ArrayList<Question>();
    int rounds = 0;
    int kills = 0;
    int devices = 0;
    boolean full = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--list" -> {
          QUESTIONS.forEach(q -> System.out.printf("%-18s %s%n", q.name(), q.text()));
          return;
        }
        case "--rounds" -> rounds = count("--rounds", i + 1 < args.length ? args[++i] : "nothing");
        case "--devices" ->
            devices = count("--devices", i + 1 < args.length ? args[++i] : "nothing");
        case "--kills" -> kills = count("--kills", i + 1 < args.length ? args[++i] : "nothing");
        case "--full" -> full = true;
        default -> wanted.add(named(args[i]));
      }
    }
    if (kills > 0) {
      rounds = instead(wanted, rounds, kills, "--kills");
    }
    if (devices > 0) {
      rounds = instead(wanted, rounds, devices, "--devices");
    }
    Path root = Path.of(System.getProperty("fieldline.root", ".")).toAbsolutePath().normalize();
    for (Question question : wanted.isEmpty() ? QUESTIONS : wanted) {
      answer(question, root, rounds, full);
    }
    Overview.refresh(root.resolve("benchmarks"), QUESTIONS);
  }

  private static void answer(Question question, Path root, int rounds, boolean full)
      throws Exception {
    System.out.println(question.name() + ": " + question.text());
    var report = new Report(question, rounds, full);
    try (var at = new Workplace(root, rounds, full)) {
      question.measure(at, report);
    }
    Path written = report.write(root);
    System.out.println(report.verdict());
    System.out.println("written to " + root.relativize(written));
  }

  private static Question named(String name) {
    for (Question question : QUESTIONS) {
      if (question.name().equals(name)) {
        return question;
      }
    }
    throw refused(
        "expected one of " + QUESTIONS.stream().map(Question::name).toList() + ", got " + name);
  }

  /// What a question repeats or has many of, where that is not called a round.
  private static int instead(List<Question> wanted, int rounds, int given, String option) {
    if (wanted.isEmpty() || !wanted.stream().allMatch(each -> each.rounds().equals(option))) {
      var those = QUESTIONS.stream().filter(each -> each.rounds().equals(option));
      throw refused(
          option
              + ": expected "
              + those.map(Question::name).toList()
              + " alone, got "
              + wanted.stream().map(Question::name).toList());
    }
    if (rounds > 0) {
      throw refused(option + ": expected no --rounds beside it, got " + rounds);
    }
    return given;
  }

  private static int count(String option, String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw refused(option + ": expected a number from 1 to 9999, got " + text);
    }
    return Integer.parseInt(text);
  }

  private static RuntimeException refused(String why) {
    System.err.println(why);
    System.err.print(USAGE);
    System.exit(2);
    return new IllegalArgumentException(why);
  }
}
