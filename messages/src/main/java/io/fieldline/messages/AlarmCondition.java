// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.util.List;
import java.util.Optional;

/// What an alarm is.
public sealed interface AlarmCondition {
  /// The sensor that it is about, if it is about one.
  default Optional<String> sensor() {
    return Optional.empty();
  }

  /// A sensor's value is beyond a limit.
  ///
  /// @param of which sensor
  /// @param bound beyond what
  record Threshold(String of, AlarmBound bound) implements AlarmCondition {
    /// Refuses a sensor without a name.
    public Threshold {
      Checks.label("sensor", of);
    }

    @Override
    public Optional<String> sensor() {
      return Optional.of(of);
    }
  }

  /// A sensor's value changes too fast: by so much a second or minute, from one reading to the
  /// first that is `overSeconds` later or more, and from there on. What happens in between is not
  /// looked at: so a single wrong reading is no change, and of many readings one is to be kept.
  ///
  /// @param of which sensor
  /// @param per what the bound counts by
  /// @param overSeconds over how long, from 1 to 86,400
  /// @param bound beyond what; where values fall, rates are negative
  record Rate(String of, Per per, long overSeconds, AlarmBound bound) implements AlarmCondition {
    /// Over how long where the rule does not say.
    public static final long USUAL_SECONDS = 60;

    /// Refuses what has no length.
    public Rate {
      Checks.label("sensor", of);
      Checks.seconds("overSeconds", 1, overSeconds);
    }

    @Override
    public Optional<String> sensor() {
      return Optional.of(of);
    }
  }

  /// Nothing is measured for too long.
  ///
  /// @param sensor which sensor; empty for any of the device's
  /// @param afterSeconds for how long, from 60 to 86,400 × 30
  record Absence(Optional<String> sensor, long afterSeconds) implements AlarmCondition {
    private static final long SHORTEST = 60;
    private static final long LONGEST = 30L * 86_400;

    /// Refuses what is shorter than the backend looks.
    public Absence {
      sensor.ifPresent(name -> Checks.label("sensor", name));
      if (afterSeconds < SHORTEST || afterSeconds > LONGEST) {
        throw Checks.wrong("afterSeconds", SHORTEST + " to " + LONGEST, afterSeconds);
      }
    }
  }

  /// Other rules of the device are raised: all of them, or any. A rule that does not exist is not
  /// raised, and one that is a composite itself does not count.
  ///
  /// @param of how many of them
  /// @param rules their names, 1 to 10
  record Composite(Of of, List<String> rules) implements AlarmCondition {
    private static final int MOST = 10;

    /// Refuses what is about no rule.
    public Composite {
      rules = List.copyOf(rules);
      if (rules.isEmpty() || rules.size() > MOST) {
        throw Checks.wrong("rules", "1 to " + MOST + " names", rules);
      }
      rules.forEach(name -> Checks.name("rules", name));
    }
  }

  /// How many rules of a composite.
  enum Of {
    /// Every one.
    ALL,
    /// One or more.
    ANY
  }

  /// What a rate counts by.
  enum Per {
    /// By the second.
    SECOND(1_000),
    /// By the minute.
    MINUTE(60_000);

    private final long millis;

    Per(long millis) {
      this.millis = millis;
    }

    /// Its length.
    public long millis() {
      return millis;
    }
  }
}
