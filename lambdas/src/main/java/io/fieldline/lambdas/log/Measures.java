// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.log;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one invocation has measured, as metrics in a line of its log: they cost no call. Given to a
/// logger as a parameter, {@link JsonLines} makes members of them.
///
/// Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
public final class Measures {
  /// CloudWatch takes as many values of a metric in a line.
  private static final int MOST_VALUES = 100;

  private static final String NAMESPACE = "Fieldline";
  private static final String FUNCTION = "FunctionName";
  private static final String VERSION = "FunctionVersion";

  private final Map<String, List<Double>> values = new LinkedHashMap<>();
  private final Map<String, String> units = new LinkedHashMap<>();
  private final Set<String> byVersion = new HashSet<>();
  private final String function;
  private final String version;
  private final Clock clock;

  /// Of one invocation: its function's name holds the stage, and is the metrics' dimension.
  public Measures(Context context, Clock clock) {
    this.function = context.getFunctionName();
    this.version = context.getFunctionVersion();
    this.clock = clock;
  }

  /// So many more of something.
  public void count(String name, long more) {
    units.put(name, "Count");
    var sum = values.computeIfAbsent(name, _ -> new ArrayList<>(List.of(0.0)));
    sum.set(0, sum.getFirst() + more);
  }

  /// So many more of something, told apart by the version of the function.
  public void countByVersion(String name, long more) {
    byVersion.add(name);
    count(name, more);
  }

  /// A time that something took; the first hundred of an invocation.
  public void milliseconds(String name, long value) {
    units.put(name, "Milliseconds");
    var all = values.computeIfAbsent(name, _ -> new ArrayList<>());
    if (all.size() < MOST_VALUES) {
      all.add((double) value);
    }
  }

  /// Whether nothing was measured, and so nothing need be written.
  public boolean isEmpty() {
    return values.isEmpty();
  }

  Map<String, Object> members() {
    var directives = new ArrayList<Map<String, Object>>();
    var byFunction = new ArrayList<>(units.keySet());
    byFunction.removeAll(byVersion);
    if (!byFunction.isEmpty()) {
      directives.add(directive(byFunction, List.of(FUNCTION)));
    }
    if (!byVersion.isEmpty()) {
      directives.add(directive(byVersion, List.of(FUNCTION, VERSION)));
    }
    var members = new LinkedHashMap<String, Object>();
    members.put("_aws", Map.of("Timestamp", clock.millis(), "CloudWatchMetrics", directives));
    members.put(FUNCTION, function);
    members.put(VERSION, version);
    values.forEach((name, all) -> members.put(name, all.size() == 1 ? all.getFirst() : all));
    return members;
  }

  private Map<String, Object> directive(Collection<String> names, List<String> dimensions) {
    var metrics =
        names.stream()
            .map(name -> Map.of("Name", name, "Unit", String.valueOf(units.get(name))))
            .toList();
    return Map.of("Namespace", NAMESPACE, "Dimensions", List.of(dimensions), "Metrics", metrics);
  }
}
