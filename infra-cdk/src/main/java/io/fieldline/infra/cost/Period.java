// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

/// For how long a fleet is paid for: a month of bills, or a run that is counted.
///
/// @param closedHours full hours that end within, at which a device's hour is merged
/// @param filledMinutes minutes of such an hour in which there were readings
record Period(double seconds, double closedHours, double filledMinutes) {
  /// Of 30 days.
  static final Period MONTH = new Period(2_592_000, 720, 60);

  Period {
    if (seconds <= 0 || closedHours < 0 || filledMinutes < 0 || filledMinutes > 60) {
      throw new IllegalArgumentException(
          "expected minutes above 0, closed hours from 0 and filled minutes from 0 to 60, got "
              + seconds / 60
              + ", "
              + closedHours
              + " and "
              + filledMinutes);
    }
  }

  boolean isMonth() {
    return equals(MONTH);
  }

  double minutes() {
    return seconds / 60;
  }
}
