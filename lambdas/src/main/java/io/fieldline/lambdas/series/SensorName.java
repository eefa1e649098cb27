// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.Comparator;

/// What a series is of: a sensor that changes its unit begins another one.
record SensorName(String sensor, String unit) implements Comparable<SensorName> {
  private static final Comparator<SensorName> ORDER =
      Comparator.comparing(SensorName::sensor).thenComparing(SensorName::unit);

  @Override
  public int compareTo(SensorName other) {
    return ORDER.compare(this, other);
  }
}
