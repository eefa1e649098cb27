// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.Locale;

/// What a window says of its readings.
public enum Aggregate {
  /// Their mean; it keeps the sensor's name.
  MEAN,
  /// The smallest.
  MIN,
  /// The largest.
  MAX,
  /// How many they were; no unit.
  COUNT,
  /// Their sum.
  SUM,
  /// The one that came last.
  LAST;

  /// Its name in the configuration.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The sensor under whose name it goes out.
  String sensor(String of) {
    return this == MEAN ? of : of + "." + label();
  }

  /// How many characters it may add to a sensor's name.
  public static int longestSuffix() {
    return 6;
  }
}
