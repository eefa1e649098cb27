// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.edge.EdgeRule;
import io.fieldline.agent.edge.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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
    String device = section.text("device", GLOB, GLOB_EXPECTED, Optional.of("*"));
    String sensor = section.text("sensor", GLOB, GLOB_EXPECTED, Optional.empty());
    double deadband = section.number("deadband", 0);
    if (deadband < 0) {
      section.problemAt(
          "deadband", "'" + section.path() + ".deadband': 0 or more expected, got " + deadband);
    }
    double scale = section.number("scale", 1);
    if (scale == 0) {
      section.problemAt("scale", "'" + section.path() + ".scale': not 0 expected");
    }
    var atLeast = every(section, "atLeastEveryMs");
    var atMost = every(section, "atMostEveryMs").orElse(Duration.ZERO);
    if (atLeast.isPresent() && atLeast.get().compareTo(atMost) < 0) {
      section.problemAt(
          "atLeastEveryMs",
          "'"
              + section.path()
              + ".atLeastEveryMs': at least atMostEveryMs ("
              + atMost.toMillis()
              + ") expected, got "
              + atLeast.get().toMillis());
    }
    Optional<String> unit = section.text("unit");
    if (unit.isPresent() && !Units.isKnown(unit.get())) {
      section.problemAt(
          "unit",
          "'"
              + section.path()
              + ".unit': one of "
              + String.join(", ", Units.known())
              + " expected, got '"
              + unit.get()
              + "'");
    }
    return new EdgeRule(
        pattern(device.equals("*") ? device : DeviceName.of(thing, device)),
        pattern(sensor),
        scale,
        section.number("offset", 0),
        unit,
        deadband,
        section.flag("onChange", false),
        atLeast,
        atMost);
  }

  private static Optional<Duration> every(YamlSection section, String key) {
    long millis = section.whole(key, 0, 1, DAY_MS, "milliseconds");
    return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  private static Pattern pattern(String glob) {
    var expression = new StringBuilder();
    for (char c : glob.toCharArray()) {
      expression.append(c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(expression.toString());
  }
}
