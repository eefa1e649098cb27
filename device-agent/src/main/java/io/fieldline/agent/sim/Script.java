// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What happens to the fleet, and when: a step a line, `#` begins a comment.
///
/// ```
/// at 20s outage 15s of 30%      the link is cut; sensors go on
/// at 40s burst 5s x20 of 10%    so many times the readings
/// at 50s restart of 5%          the agent stops and starts again on what it kept
/// ```
record Script(List<Step> steps) {
  private static final String EXPECTED =
      "'at TIME outage DURATION of PERCENT%', 'at TIME burst DURATION xFACTOR of PERCENT%' or"
          + " 'at TIME restart of PERCENT%'";
  private static final Pattern FORM =
      Pattern.compile(
          "at\\s+(\\S+)\\s+(?:(outage)\\s+(\\S+)|(burst)\\s+(\\S+)\\s+x(\\d{1,4})|(restart))"
              + "\\s+of\\s+(\\d{1,3})%");

  Script {
    steps = steps.stream().sorted(Comparator.comparing(Step::at)).toList();
  }

  /// One step.
  ///
  /// @param at time since the beginning
  /// @param share of the devices, from 0 to 1; which ones is drawn anew for each step
  record Step(Duration at, Event event, double share) {}

  /// What happens to a device.
  sealed interface Event {}

  /// Its link is cut.
  record Outage(Duration duration) implements Event {}

  /// It has more to say.
  record Burst(Duration duration, int factor) implements Event {}

  /// It stops and starts again.
  record Restart() implements Event {}

  static Script read(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String text = line.replaceFirst("#.*", "").strip();
      if (!text.isEmpty()) {
        steps.add(step(text, file + ":" + number + ": "));
      }
    }
    return new Script(steps);
  }

  private static Step step(String text, String where) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new FleetException(where + EXPECTED + " expected, got '" + text + "'");
    }
    try {
      int percent = Integer.parseInt(form.group(8));
      if (percent > 100) {
        throw new FleetException("at most 100% expected, got " + percent + "%");
      }
      Event event = event(form);
      Duration at = form.group(1).equals("0s") ? Duration.ZERO : Durations.parse(form.group(1));
      return new Step(at, event, percent / 100.0);
    } catch (FleetException e) {
      throw new FleetException(where + e.getMessage());
    }
  }

  private static Event event(Matcher form) {
    if (form.group(2) != null) {
      return new Outage(Durations.parse(form.group(3)));
    }
    if (form.group(4) != null) {
      return new Burst(Durations.parse(form.group(5)), Integer.parseInt(form.group(6)));
    }
    return new Restart();
  }
}
