// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class AgentKills implements Question {
  private static final String TEST = "AgentProcessTest#acknowledgedReadingsSurviveSigkill";
  private static final Pattern TOLD =
      Pattern.compile("(\\d+) kills: (\\d+) sent, (\\d+) acknowledged, (\\d+) kept, (\\d+) lost");

  @Override
  public String name() {
    return "agent-kills";
  }

  @Override
  public String text() {
    return "How many acknowledged readings are lost when the agent is killed, again and again?";
  }

  @Override
  public String how() {
    return """
    The test `%s` of device-agent, with 200 rounds: the agent is started on the same spool, takes
    numbered readings by TCP, and gets a SIGKILL at a random moment in the middle of the traffic. At
    the end every acknowledged number must be in the spool, and none twice; the test fails otherwise.
    """
        .formatted(TEST);
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(200);
    List<String> command =
        List.of(
            "mvn",
            "-B",
            "-o",
            "-Dquick",
            "-DskipTests=false",
            "-pl",
            "device-agent",
            "-am",
            "test",
            "-Dtest=" + TEST,
            "-Dsurefire.failIfNoSpecifiedTests=false",
            "-Dfieldline.killRounds=" + rounds);
    try (Program maven = Program.start(at.root(), Map.of(), command)) {
      String said = maven.ended(Duration.ofMinutes(20));
      Matcher told = TOLD.matcher(said);
      if (!told.find()) {
        throw new IllegalStateException("expected a line as " + TOLD + " from " + maven);
      }
      report.atMost(
          "acknowledged readings lost in " + told.group(1) + " kills",
          Double.parseDouble(told.group(5)),
          0,
          "readings");
      report.figure("sent", "readings", Double.parseDouble(told.group(2)));
      report.figure("acknowledged", "readings", Double.parseDouble(told.group(3)));
      report.figure("kept", "readings", Double.parseDouble(told.group(4)));
      report.figure("lost", "readings", Double.parseDouble(told.group(5)));
      report.ratio(
          "kept / acknowledged",
          Double.parseDouble(told.group(4)) / Double.parseDouble(told.group(3)));
    }
  }
}
