// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.edge;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Units of a few quantities and how they convert, each by factor and offset to the first of its
/// quantity.
///
/// Source: SI brochure (9th edition) tables 8 and its definitions; names as in RFC 8428 (SenML)
/// where it has them.
public final class Units {
  private record Unit(String quantity, double factor, double offset) {}

  private static final Map<String, Unit> ALL = new TreeMap<>();

  static {
    add("temperature", "Cel", 1, 0);
    add("temperature", "K", 1, -273.15);
    add("temperature", "degF", 5.0 / 9, -32 * 5.0 / 9);
    add("pressure", "Pa", 1, 0);
    add("pressure", "hPa", 100, 0);
    add("pressure", "mbar", 100, 0);
    add("pressure", "kPa", 1000, 0);
    add("pressure", "bar", 100_000, 0);
    add("pressure", "psi", 6894.757293168, 0);
    add("speed", "m/s", 1, 0);
    add("speed", "km/h", 1 / 3.6, 0);
    add("speed", "kn", 1852 / 3600.0, 0);
    add("power", "W", 1, 0);
    add("power", "kW", 1000, 0);
    add("energy", "J", 1, 0);
    add("energy", "Wh", 3600, 0);
    add("energy", "kWh", 3_600_000, 0);
    add("length", "m", 1, 0);
    add("length", "mm", 0.001, 0);
    add("length", "cm", 0.01, 0);
    add("length", "km", 1000, 0);
    add("electric potential", "V", 1, 0);
    add("electric potential", "mV", 0.001, 0);
    add("electric current", "A", 1, 0);
    add("electric current", "mA", 0.001, 0);
    add("ratio", "/", 1, 0);
    add("ratio", "%", 0.01, 0);
    add("relative humidity", "%RH", 1, 0);
  }

  private Units() {}

  private static void add(String quantity, String name, double factor, double offset) {
    ALL.put(name, new Unit(quantity, factor, offset));
  }

  /// Whether a unit of that name can be converted to.
  public static boolean isKnown(String name) {
    return ALL.containsKey(name);
  }

  /// The names of all units.
  public static List<String> known() {
    return List.copyOf(ALL.keySet());
  }

  /// The value in the other unit; nothing where the two are not of the same quantity.
  static OptionalDouble convert(double value, String from, String to) {
    if (from.equals(to)) {
      return OptionalDouble.of(value);
    }
    Unit source = ALL.get(from);
    Unit target = ALL.get(to);
    if (source == null || target == null || !source.quantity().equals(target.quantity())) {
      return OptionalDouble.empty();
    }
    double base = value * source.factor() + source.offset();
    return OptionalDouble.of((base - target.offset()) / target.factor());
  }
}
