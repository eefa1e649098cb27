// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

/// One value of one sensor as the spool keeps it.
///
/// @param device the device that measured; a gateway's own name for its own sensors
/// @param sensor name of the sensor within its device
/// @param unit unit as the sensor named it, empty if it named none
/// @param atMs epoch milliseconds of the measurement
/// @param value the finite value; a truth value is 1 or 0
public record Sample(String device, String sensor, String unit, long atMs, double value) {
  /// Refuses what no sensor can have measured.
  public Sample {
    if (device.isEmpty() || sensor.isEmpty()) {
      throw new IllegalArgumentException(
          "device and sensor have names, got '" + device + "' and '" + sensor + "'");
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value of " + sensor + " is finite, got " + value);
    }
  }
}
