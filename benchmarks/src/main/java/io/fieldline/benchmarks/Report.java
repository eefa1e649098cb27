// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The result of one question, as a page. What a person wrote under the heading "Notes" of the last
/// page is kept.
final class Report {
  private static final String NOTES = "## Notes\n";
  private static final int RAW = 40;

  private final Question question;
  private final String command;
  private final Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final String loadAtStart;
  private final Yardstick yardstick = new Yardstick();
  private final List<String> goals = new ArrayList<>();
  private final List<String> ratios = new ArrayList<>();
  private final List<String> figures = new ArrayList<>();
  private final List<String> raw = new ArrayList<>();
  private boolean missed;

  Report(Question question, int rounds, boolean full) throws IOException {
    this.question = question;
    this.command =
        "./fieldline bench "
            + (rounds > 0 ? question.rounds() + " " + rounds + " " : "")
            + (full ? "--full " : "")
            + question.name();
    this.loadAtStart = Machine.load();
    lay();
  }

  private void lay() {
    for (int i = 0; i < 5; i++) {
      yardstick.lay();
    }
  }

  /// To be laid between what is measured.
  Yardstick yardstick() {
    return yardstick;
  }

  void atMost(String what, double measured, double goal, String unit) {
    goal(what, measured, "at most", goal, unit, measured <= goal);
  }

  void atLeast(String what, double measured, double goal, String unit) {
    goal(what, measured, "at least", goal, unit, measured >= goal);
  }

  private void goal(
      String what, double measured, String bound, double goal, String unit, boolean met) {
    missed |= !met;
    goals.add(
        "%s: %s %s (goal: %s %s): %s"
            .formatted(
                what, number(measured), unit, bound, number(goal), met ? "met" : "**missed**"));
  }

  /// A figure that compares two things of this same run.
  void ratio(String what, double value) {
    ratios.add(what + " = " + number(value));
    System.out.println("  " + ratios.getLast());
  }

  void figure(String what, String unit, Samples samples) {
    String line =
        "| %s | %s | %s | %s | %s | %d |"
            .formatted(
                what,
                unit,
                number(samples.min()),
                number(samples.median()),
                number(samples.max()),
                samples.count());
    figures.add(line);
    System.out.println("  " + line);
    List<Double> all = samples.all();
    if (all.size() <= RAW) {
      raw.add(what + ": " + all.stream().map(Report::number).collect(Collectors.joining(", ")));
    }
  }

  /// A figure that is there once.
  void figure(String what, String unit, double value) {
    var one = new Samples();
    one.add(value);
    figure(what, unit, one);
  }

  String verdict() {
    return (missed ? "missed" : "met") + " — " + String.join("; ", goals);
  }

  Path write(Path root) throws IOException {
    lay();
    figure(
        "the machine itself: processor time of a known piece of work", "ms", yardstick.samples());
    Path page = root.resolve("benchmarks/results/" + question.name() + ".md");
    String notes = notes(page);
    Files.createDirectories(page.getParent());
    Files.writeString(page, page(root) + (notes.isBlank() ? "" : "\n" + NOTES + notes));
    return page;
  }

  private static String notes(Path page) throws IOException {
    if (!Files.exists(page)) {
      return "";
    }
    String before = Files.readString(page);
    int at = before.indexOf(NOTES);
    return at < 0 ? "" : before.substring(at + NOTES.length());
  }

  private String page(Path root) throws IOException {
    var page = new StringBuilder();
    page.append("<!-- SPDX-License-Identifier: Apache-2.0 -->\n");
    page.append("# ").append(question.text()).append("\n\n");
    page.append("- Verdict: ").append(verdict()).append('\n');
    ratios.forEach(ratio -> page.append("- Ratio in this run: ").append(ratio).append('\n'));
    page.append("- Command: `").append(command).append("`\n");
    page.append("- Date: ").append(started).append(", source ").append(commit(root)).append('\n');
    page.append("- Machine: ").append(Machine.description());
    page.append("; load average ").append(loadAtStart).append(" at the start, ");
    page.append(Machine.load()).append(" at the end\n\n");
    page.append("| figure | unit | min | median | max | samples |\n|---|---|---|---|---|---|\n");
    figures.forEach(figure -> page.append(figure).append('\n'));
    page.append("\n## How\n\n").append(question.how().strip()).append('\n');
    if (!raw.isEmpty()) {
      page.append("\n## Raw figures, in the order in which they were taken\n\n");
      raw.forEach(line -> page.append("- ").append(line).append('\n'));
    }
    return page.toString();
  }

  private static String commit(Path root) {
    var asked = Program.start(root, Map.of(), List.of("git", "describe", "--always", "--dirty"));
    try (asked) {
      return asked.ended(Duration.ofSeconds(10)).lines().findFirst().orElse("unknown");
    } catch (IllegalStateException noRepository) {
      return "unknown";
    }
  }

  static String number(double value) {
    if (value == Math.rint(value) || Math.abs(value) >= 1_000) {
      return String.format(Locale.ROOT, "%,d", Math.round(value));
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
  }
}
