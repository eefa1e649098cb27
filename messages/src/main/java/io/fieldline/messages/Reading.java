// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// One value of one sensor.
///
/// @param device who measured: a thing, or `<thing>:<device>` for a device behind a gateway
/// @param sensor its name within the device
/// @param unit as the sensor named it, empty if it named none
/// @param atMs epoch milliseconds of the measurement
/// @param value the finite value; a truth value is 1 or 0
public record Reading(String device, String sensor, String unit, long atMs, double value) {
  /// How many characters a sensor's name may have.
  public static final int LONGEST_SENSOR = Checks.MAX_TEXT;

  /// Refuses what no sensor can have measured.
  public Reading {
    Checks.name("device", device);
    Checks.label("sensor", sensor);
    Checks.text("unit", unit, 64);
    Checks.time("atMs", atMs);
    Checks.finite("value", value);
  }
}
