// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

/// Values as deltas of whole numbers where all are decimals of a few places, else bit by bit.
final class DecimalScale {
  private static final double[] POWERS = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  private static final int BITS = 255;
  private static final double LARGEST = 1e15;

  /// Of a sum of some thousand terms, relative.
  private static final double ROUNDING = 1e-12;

  private DecimalScale() {}

  static void write(VarintOutput out, double[] values) {
    int places = places(values);
    out.octet(places);
    if (places == BITS) {
      for (double value : values) {
        out.real(value);
      }
      return;
    }
    long before = 0;
    for (double value : values) {
      long scaled = (long) Math.rint(value * POWERS[places]);
      out.signed(scaled - before);
      before = scaled;
    }
  }

  /// Of sums: to the fewest places that differ from all of them by no more than adding up does.
  static void writeSums(VarintOutput out, double[] sums) {
    for (double power : POWERS) {
      var rounded = new double[sums.length];
      boolean near = true;
      for (int i = 0; near && i < sums.length; i++) {
        rounded[i] = Math.rint(sums[i] * power) / power;
        near = Math.abs(rounded[i] - sums[i]) <= ROUNDING * Math.abs(sums[i]);
      }
      if (near) {
        write(out, rounded);
        return;
      }
    }
    write(out, sums);
  }

  static double[] read(VarintInput in, int count) {
    int places = in.octet();
    var values = new double[count];
    long before = 0;
    for (int i = 0; i < count; i++) {
      if (places == BITS) {
        values[i] = in.real();
      } else {
        before += in.signed();
        values[i] = before / POWERS[places];
      }
    }
    return values;
  }

  private static int places(double[] values) {
    for (int places = 0; places < POWERS.length; places++) {
      if (exact(values, POWERS[places])) {
        return places;
      }
    }
    return BITS;
  }

  private static boolean exact(double[] values, double power) {
    for (double value : values) {
      double scaled = Math.rint(value * power);
      boolean same =
          Math.abs(scaled) < LARGEST
              && Double.doubleToRawLongBits((long) scaled / power)
                  == Double.doubleToRawLongBits(value);
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
