// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.messages.Takes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads what an actuator takes. What does not go together names both keys.
final class TakesSection {
  private static final List<String> OF_NUMBER = List.of("minimum", "maximum", "step", "unit");
  private static final String OPTIONS = "options";
  private static final String BY_DEFAULT = "the type's: boolean of a switch, any of the others";

  private TakesSection() {}

  private enum Kind {
    ANY,
    BOOLEAN,
    NUMBER,
    TEXT
  }

  /// What the actuator takes; empty if anything.
  ///
  /// @param isSwitch whether it is on or off unless it says something else
  static Optional<Takes> read(YamlSection section, boolean isSwitch) {
    Kind byDefault = isSwitch ? Kind.BOOLEAN : Kind.ANY;
    Kind kind =
        section.choice(
            "takes", byDefault, BY_DEFAULT, "values that it takes; others are not brought to it");
    if (kind != Kind.NUMBER) {
      OF_NUMBER.forEach(key -> onlyWhere(section, key, Kind.NUMBER, kind));
    }
    if (kind != Kind.TEXT) {
      onlyWhere(section, OPTIONS, Kind.TEXT, kind);
    }
    return switch (kind) {
      case ANY -> Optional.empty();
      case BOOLEAN -> Optional.of(new Takes.Flag());
      case NUMBER -> Optional.of(amount(section.where("takes", written(kind))));
      case TEXT -> Optional.of(text(section.where("takes", written(kind))));
    };
  }

  private static void onlyWhere(YamlSection section, String key, Kind expected, Kind got) {
    if (section.has(key)) {
      section.problem(
          key, "'takes: " + written(expected) + "' expected with it, got " + written(got));
    }
  }

  private static String written(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Takes amount(YamlSection section) {
    OptionalDouble minimum = section.number("minimum", "the least that it takes");
    OptionalDouble maximum = section.number("maximum", "the most that it takes");
    OptionalDouble step =
        section.number(
            "step", "how far values are apart, from the minimum on, or from 0 where there is none");
    if (maximum.isPresent() && maximum.getAsDouble() < minimum.orElse(maximum.getAsDouble())) {
      section.problem(
          "maximum",
          "at least the minimum (%s) expected, got %s"
              .formatted(minimum.getAsDouble(), maximum.getAsDouble()));
      maximum = OptionalDouble.empty();
    }
    if (step.isPresent() && step.getAsDouble() <= 0) {
      section.problem("step", "more than 0 expected, got " + step.getAsDouble());
      step = OptionalDouble.empty();
    }
    return new Takes.Amount(minimum, maximum, step, unit(section));
  }

  private static String unit(YamlSection section) {
    String expected = "1 to " + Takes.MAX_UNIT + " characters";
    Optional<String> unit = section.text("unit", expected, "none", "of what, for people");
    if (unit.isEmpty() || unit.get().matches("[^\\p{Cntrl}]{1," + Takes.MAX_UNIT + "}")) {
      return unit.orElse("");
    }
    section.problem("unit", expected + " expected, got '" + unit.get() + "'");
    return "";
  }

  private static Takes text(YamlSection section) {
    String expected =
        "texts, at most %d of 1 to %d characters".formatted(Takes.MAX_OPTIONS, Takes.MAX_OPTION);
    List<String> options =
        section.texts(OPTIONS, expected, "the texts that it knows; without them any text");
    if (section.has(OPTIONS) && options.isEmpty()) {
      section.problem(OPTIONS, "a list of " + expected + " expected, got none");
    }
    try {
      return new Takes.Text(options);
    } catch (IllegalArgumentException e) {
      section.problem(OPTIONS, "a list of " + expected + ", each once, expected, got " + options);
      return new Takes.Text(List.of());
    }
  }
}
