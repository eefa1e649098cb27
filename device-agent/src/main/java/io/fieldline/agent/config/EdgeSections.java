// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.edge.EdgeRule;
import io.fieldline.agent.edge.Units;
import io.fieldline.agent.spool.Aggregate;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads the edge rules of the configuration file.
record EdgeSections(String thing) {
  private static final long DAY_MS = 86_400_000;
  private static final String GLOB = "[a-zA-Z0-9:_.*-]{1,128}";
  private static final String GLOB_EXPECTED = "a name with * for any characters";

  List<EdgeRule> read(List<YamlSection> sections) {
    List<EdgeRule> rules = new ArrayList<>();
    for (YamlSection section : sections) {
      rules.add(rule(section));
      section.end();
    }
    return rules;
  }

  private EdgeRule rule(YamlSection section) {
    String device =
        section.text("device", GLOB, GLOB_EXPECTED, "*", "whose readings, by the device's name");
    String sensor = section.required("sensor", GLOB, GLOB_EXPECTED, "which sensor's, by its name");
    double deadband =
        section.number("deadband", 0, "what differs less from the last reading kept is left out");
    if (deadband < 0) {
      section.problem("deadband", "0 or more expected, got " + deadband);
    }
    double scale = section.number("scale", 1, "factor of the value, before the offset is added");
    if (scale == 0) {
      section.problem("scale", "not 0 expected");
    }
    Duration atMost =
        section
            .millis(
                "atMostEveryMs", 1, DAY_MS, "what comes sooner after the last one kept is left out")
            .orElse(Duration.ZERO);
    Optional<Duration> atLeast =
        section.millis("atLeastEveryMs", 1, DAY_MS, "after so long one is kept whatever its value");
    if (atLeast.isPresent() && atLeast.get().compareTo(atMost) < 0) {
      section.problem(
          "atLeastEveryMs",
          "at least atMostEveryMs ("
              + atMost.toMillis()
              + ") expected, got "
              + atLeast.get().toMillis());
    }
    return new EdgeRule(
        pattern(device.equals("*") ? device : DeviceName.of(thing, device)),
        pattern(sensor),
        scale,
        section.number("offset", 0, "added to the value, in the sensor's own unit"),
        unit(section),
        deadband,
        section.flag("onChange", false, "what does not differ from the last one kept is left out"),
        atLeast,
        atMost,
        lane(section),
        window(section));
  }

  /// Lanes that readings can be told to take.
  private enum Choice {
    ALARM,
    TELEMETRY,
    BULK
  }

  private static Lane lane(YamlSection section) {
    Choice lane =
        section.choice(
            "lane",
            Choice.TELEMETRY,
            "how important they are: alarm goes out at once and before all others, bulk last");
    if (lane != Choice.TELEMETRY && section.has("window")) {
      section.problem("lane", "none expected with a window, whose aggregates have their own");
    }
    return Lane.valueOf(lane.name());
  }

  private static Optional<Window> window(YamlSection rule) {
    YamlSection section = rule.section("window");
    if (!section.isPresent()) {
      return Optional.empty();
    }
    long every =
        section.requiredWhole(
            "everySeconds", 1, 86_400, "seconds", "aggregates of so long go out in their place");
    List<Aggregate> of = aggregates(section);
    Duration grace =
        section.seconds(
            "graceSeconds",
            5,
            0,
            3600,
            "how long after a window's end readings may come and still be in it");
    section.end();
    return Optional.of(
        new Window(Duration.ofSeconds(every), grace, of.isEmpty() ? List.of(Aggregate.MEAN) : of));
  }

  private static List<Aggregate> aggregates(YamlSection section) {
    String expected =
        Arrays.stream(Aggregate.values()).map(Aggregate::label).collect(Collectors.joining(", "));
    List<Aggregate> of = new ArrayList<>();
    for (String text :
        section.texts(
            "of",
            expected,
            "what goes out: the mean under the sensor's name, the others under <name>.<aggregate>;"
                + " mean where it is left out")) {
      Arrays.stream(Aggregate.values())
          .filter(each -> each.label().equals(text))
          .findFirst()
          .ifPresentOrElse(
              of::add,
              () ->
                  section.problem("of", "a list of " + expected + " expected, got '" + text + "'"));
    }
    return of;
  }

  private static Optional<String> unit(YamlSection section) {
    String expected = "one of " + String.join(", ", Units.known());
    Optional<String> unit = section.text("unit", expected, "none", "the value is converted to it");
    if (unit.isPresent() && !Units.isKnown(unit.get())) {
      section.problem("unit", expected + " expected, got '" + unit.get() + "'");
    }
    return unit;
  }

  private static Pattern pattern(String glob) {
    var expression = new StringBuilder();
    for (char c : glob.toCharArray()) {
      expression.append(c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(expression.toString());
  }
}
