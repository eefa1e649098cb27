// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

/// What a fleet says, always connected.
///
/// @param devices how many
/// @param sensors of each device
/// @param intervalSeconds between two readings of a sensor
/// @param windowSeconds how long the agent gathers a batch, its `batch.windowMs`
/// @param alarmRules about readings, each of one device
record Load(
    long devices,
    int sensors,
    double intervalSeconds,
    double windowSeconds,
    int alarmRules,
    Period period) {
  /// Of one reading in a batch that is not deflated, and of what a batch has besides.
  private static final double READING_BYTES = 9;

  private static final double BATCH_BYTES = 100;
  private static final double SENSOR_BYTES = 50;

  /// The agent's default for `batch.maxBytes`.
  private static final double LARGEST_BATCH_BYTES = 4500;

  Load {
    if (devices < 1 || sensors < 1 || intervalSeconds <= 0 || windowSeconds < 0) {
      throw new IllegalArgumentException(
          "expected one device and sensor or more, an interval above 0 s and a window of 0 s or more,"
              + " got "
              + devices
              + ", "
              + sensors
              + ", "
              + intervalSeconds
              + " and "
              + windowSeconds);
    }
  }

  /// A month without alarm rules.
  Load(long devices, int sensors, double intervalSeconds, double windowSeconds) {
    this(devices, sensors, intervalSeconds, windowSeconds, 0, Period.MONTH);
  }

  double readings() {
    return devices * sensors * period.seconds() / intervalSeconds;
  }

  /// Readings that one batch holds: what comes within the window, as far as it fits.
  double readingsPerMessage() {
    double inWindow = sensors * Math.max(1, windowSeconds / intervalSeconds);
    double room = (LARGEST_BATCH_BYTES - BATCH_BYTES - SENSOR_BYTES * sensors) / READING_BYTES;
    return Math.min(inWindow, Math.max(sensors, room));
  }

  double messages() {
    return readings() / readingsPerMessage();
  }

  double messagesPerSecond() {
    return messages() / period.seconds();
  }

  double connectionMinutes() {
    return devices * period.minutes();
  }

  /// Hours of devices that end.
  double deviceHours() {
    return devices * period.closedHours();
  }

  double messageBytes() {
    return BATCH_BYTES + SENSOR_BYTES * sensors + READING_BYTES * readingsPerMessage();
  }

  /// Units of 5 KB that AWS IoT meters a message in.
  double messageUnits() {
    return Math.ceil(messageBytes() / 5120);
  }
}
