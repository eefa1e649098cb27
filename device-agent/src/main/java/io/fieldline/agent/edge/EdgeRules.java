// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.edge;

import io.fieldline.agent.spool.Aggregate;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Window;
import io.fieldline.messages.Reading;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// The rules of the configuration at work: for each sensor the first that names it. May be called
/// from any thread.
///
/// What is left out was asked to be left out, and is acknowledged to its sensor. A reading older
/// than the last one kept (a sensor that was offline sends what it had) always passes. After a
/// restart the first reading of each sensor passes.
public final class EdgeRules {
  private static final int MAX_SENSORS = 10_000;

  private final List<EdgeRule> rules;
  private final Map<String, Reading> lastKept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
          return size() > MAX_SENSORS;
        }
      };

  public EdgeRules(List<EdgeRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /// Whether these are the rules that are at work. A pattern is equal to itself alone, so they are
  /// compared by their text.
  public boolean areThese(List<EdgeRule> others) {
    return rules.toString().equals(others.toString());
  }

  /// What passes, and what is to be remembered of it once it is kept: a reading that could not be
  /// kept comes again, and must not be taken for a repetition of itself.
  public final class Passed {
    private final Map<Lane, List<Reading>> byLane = new EnumMap<>(Lane.class);
    private final Map<Window, List<Reading>> byWindow = new LinkedHashMap<>();
    private final Map<String, Reading> newest = new HashMap<>();

    /// The readings to keep, calibrated and converted, in the lanes that have some.
    public Map<Lane, List<Reading>> byLane() {
      return byLane;
    }

    /// The readings to keep whose aggregates go out in their place.
    public Map<Window, List<Reading>> byWindow() {
      return byWindow;
    }

    /// A sensor whose name leaves no room for those of aggregates goes out itself.
    private void add(EdgeRule rule, Reading reading) {
      boolean hasRoom =
          reading.sensor().length() + Aggregate.longestSuffix() <= Reading.LONGEST_SENSOR;
      if (rule.window().isPresent() && hasRoom) {
        byWindow.computeIfAbsent(rule.window().get(), _ -> new ArrayList<>()).add(reading);
      } else {
        add(rule.lane(), reading);
      }
    }

    private void add(Lane lane, Reading reading) {
      byLane.computeIfAbsent(lane, _ -> new ArrayList<>()).add(reading);
    }

    /// They are kept.
    public void commit() {
      synchronized (lastKept) {
        lastKept.putAll(newest);
      }
    }
  }

  /// Applies the rules to what a source sent.
  public Passed pass(List<Reading> sent) {
    var passed = new Passed();
    for (Reading reading : sent) {
      var rule = rule(reading);
      if (rule.isEmpty()) {
        passed.add(Lane.TELEMETRY, reading);
      } else {
        apply(rule.get(), reading, passed);
      }
    }
    return passed;
  }

  private Optional<EdgeRule> rule(Reading reading) {
    for (EdgeRule rule : rules) {
      if (rule.device().matcher(reading.device()).matches()
          && rule.sensor().matcher(reading.sensor()).matches()) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  private void apply(EdgeRule rule, Reading sent, Passed passed) {
    var reading = adjusted(rule, sent);
    String sensor = reading.device() + "/" + reading.sensor();
    Reading before = passed.newest.get(sensor);
    if (before == null) {
      synchronized (lastKept) {
        before = lastKept.get(sensor);
      }
    }
    if (before != null && before.atMs() <= reading.atMs() && isLeftOut(rule, before, reading)) {
      return;
    }
    passed.add(rule, reading);
    if (before == null || before.atMs() <= reading.atMs()) {
      passed.newest.put(sensor, reading);
    }
  }

  private static boolean isLeftOut(EdgeRule rule, Reading before, Reading reading) {
    long elapsedMs = reading.atMs() - before.atMs();
    if (elapsedMs < rule.atMostEvery().toMillis()) {
      return true;
    }
    if (rule.atLeastEvery().isPresent() && elapsedMs >= rule.atLeastEvery().get().toMillis()) {
      return false;
    }
    double difference = Math.abs(reading.value() - before.value());
    return reading.unit().equals(before.unit())
        && (difference < rule.deadband() || (rule.onChange() && difference == 0));
  }

  /// Calibrated first, in the sensor's own unit, then converted. What cannot be converted, or would
  /// be no finite number, stays as it came.
  private static Reading adjusted(EdgeRule rule, Reading sent) {
    double value = sent.value() * rule.scale() + rule.offset();
    String unit = sent.unit();
    if (rule.unit().isPresent()) {
      OptionalDouble converted = Units.convert(value, unit, rule.unit().get());
      if (converted.isPresent()) {
        value = converted.getAsDouble();
        unit = rule.unit().get();
      }
    }
    return Double.isFinite(value)
        ? new Reading(sent.device(), sent.sensor(), unit, sent.atMs(), value)
        : sent;
  }
}
