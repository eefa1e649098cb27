// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.health;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/// Counters and gauges by their Prometheus names; the names and labels come from the program, never
/// from a sensor. May be used from any thread.
public final class Metrics {
  private final Map<String, LongAdder> counters = new ConcurrentSkipListMap<>();
  private final Map<String, DoubleSupplier> gauges = new ConcurrentSkipListMap<>();

  /// Adds to a counter such as `fieldline_refused_total{source="tcp"}`.
  public void add(String counter, long amount) {
    counters.computeIfAbsent(counter, _ -> new LongAdder()).add(amount);
  }

  /// The count so far.
  public long count(String counter) {
    LongAdder adder = counters.get(counter);
    return adder == null ? 0 : adder.sum();
  }

  /// Reads a gauge whenever the page is read.
  public void gauge(String name, DoubleSupplier value) {
    gauges.put(name, value);
  }

  /// The Prometheus text format, version 0.0.4.
  public String text() {
    var text = new StringBuilder(2048);
    String family = "";
    for (Map.Entry<String, LongAdder> counter : counters.entrySet()) {
      family = type(counter.getKey(), "counter", family, text);
      text.append(counter.getKey()).append(' ').append(counter.getValue().sum()).append('\n');
    }
    for (Map.Entry<String, DoubleSupplier> gauge : gauges.entrySet()) {
      family =
          type(
              gauge.getKey(),
              gauge.getKey().contains("_total") ? "counter" : "gauge",
              family,
              text);
      text.append(gauge.getKey()).append(' ').append(number(gauge.getValue().getAsDouble()));
      text.append('\n');
    }
    return text.toString();
  }

  private static String type(String name, String kind, String family, StringBuilder text) {
    int brace = name.indexOf('{');
    String own = brace < 0 ? name : name.substring(0, brace);
    if (!own.equals(family)) {
      text.append("# TYPE ").append(own).append(' ').append(kind).append('\n');
    }
    return own;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
