// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import io.fieldline.lambdas.series.Aggregate;
import io.fieldline.lambdas.series.Buckets;
import io.fieldline.lambdas.series.Rollup;
import io.fieldline.lambdas.series.RollupCodec;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;

/// Runs in a JVM with the rollup function's jars and prints the items of a device's days: partition
/// key, sort key, how many readings, and the packed bytes.
public final class YearWork {
  private static final long DAY_MS = 24 * Rollup.HOUR_MS;
  private static final List<String> SENSORS =
      List.of("temperature", "humidity", "pressure", "current");

  /// Once a second.
  private static final int AN_HOUR = 3_600;

  private YearWork() {}

  /// @param arguments the device, the first day in epoch milliseconds, how many days
  public static void main(String[] arguments) {
    String device = arguments[0];
    long firstMs = Long.parseLong(arguments[1]);
    for (int day = 0; day < Integer.parseInt(arguments[2]); day++) {
      long dayMs = firstMs + day * DAY_MS;
      var key = TelemetryKeys.day(device, dayMs);
      Rollup rollup = day(dayMs);
      System.out.println(
          String.join(
              " ",
              key.pk(),
              key.sk(),
              String.valueOf(rollup.readings()),
              Base64.getEncoder().encodeToString(RollupCodec.pack(rollup))));
    }
  }

  private static Rollup day(long dayMs) {
    var sensors = new ArrayList<Buckets>();
    for (int s = 0; s < SENSORS.size(); s++) {
      var hours = new TreeMap<Long, Aggregate>();
      for (long ms = dayMs; ms < dayMs + DAY_MS; ms += Rollup.HOUR_MS) {
        hours.put(ms, hour(ms, s));
      }
      sensors.add(new Buckets(SENSORS.get(s), "Cel", hours));
    }
    return new Rollup(Rollup.HOUR_MS, (long) AN_HOUR * 24 * SENSORS.size(), sensors);
  }

  /// Hundredths, which go up and down with the day and the year, as sensors do.
  private static Aggregate hour(long hourMs, int sensor) {
    double hour = hourMs / (double) Rollup.HOUR_MS;
    double middle =
        10 + 8 * Math.sin(hour * Math.TAU / 8766 + sensor) + 4 * Math.sin(hour * Math.TAU / 24);
    double min = Math.round(100 * (middle - 1 - (hourMs / Rollup.HOUR_MS) % 7 / 9.0)) / 100.0;
    double max = Math.round(100 * (middle + 1 + (hourMs / Rollup.HOUR_MS) % 5 / 7.0)) / 100.0;
    double sum = Math.round(100 * middle * AN_HOUR) / 100.0;
    return new Aggregate(AN_HOUR, min, max, sum, hourMs, hourMs + Rollup.HOUR_MS - 1000);
  }
}
