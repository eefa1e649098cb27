// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import io.fieldline.infra.StageConfig;
import java.util.List;

/// What is written, read and kept in both tables.
///
/// @param load of the fleet
/// @param config of the stage
/// @param shares of the messages that each environment of the telemetry function takes
record Tables(Load load, StageConfig config, List<Double> shares) {
  /// Of an item: its keys and their names; what its head has of a sensor; of a reading.
  private static final double KEY_BYTES = 110;

  private static final double HEAD_BYTES = 50;
  private static final double PACKED_BYTES = 1.1;
  private static final double LATEST_BYTES = 60;
  private static final double STEP_BYTES = 5;

  /// How long an environment of the telemetry function knows a device without looking, and its two
  /// looks.
  private static final double KNOWN_SECONDS = 300;

  private static final int LOOKS = 2;

  /// How old alarm rules may be, and what one takes of the 4 KB of a read unit.
  private static final double RULES_SECONDS = 2;

  private static final double RULE_BYTES = 260;

  /// Sweep and absence look once a minute: for commands, for rules, for what they watch and for
  /// alarms that stand on nobody.
  private static final double CLOCK_UNITS = 2;

  void add(Bill bill) {
    double hours = load.deviceHours();
    double latest = KEY_BYTES / 2 + LATEST_BYTES * load.sensors();
    bill.add("DynamoDB", "write units: raw items", items() * kilobytes(raw()), Price.WRITE_UNIT);
    // The first batch of an hour finds another hour open, opens its own, and then writes.
    bill.add(
        "DynamoDB",
        "write units: latest state",
        (load.messages() + 2 * hours) * kilobytes(latest),
        Price.WRITE_UNIT);
    bill.add(
        "DynamoDB",
        "write units: hours and days",
        hours * (kilobytes(hour(load.period().filledMinutes())) + kilobytes(day())),
        Price.WRITE_UNIT);
    bill.add("DynamoDB", "read units: for rollups", hours * rollupReads(), Price.READ_UNIT);
    bill.add("DynamoDB", "read units: devices and rules", lookups(), Price.READ_UNIT);
    if (load.period().isMonth()) {
      kept(bill);
    }
  }

  /// A batch that crosses an hour is two.
  private double items() {
    return load.messages() + load.deviceHours();
  }

  private double raw() {
    return KEY_BYTES + HEAD_BYTES * load.sensors() + PACKED_BYTES * load.readingsPerMessage();
  }

  private double hour(double minutes) {
    double steps = Math.min(minutes, minutes * 60 / load.intervalSeconds());
    return KEY_BYTES + load.sensors() * steps * STEP_BYTES;
  }

  private double day() {
    return KEY_BYTES + load.sensors() * 24 * STEP_BYTES;
  }

  private double rollupReads() {
    double minutes = load.period().filledMinutes();
    double items = minutes * 60 * load.messagesPerSecond() / load.devices() + 1;
    double hoursOfDay = load.period().isMonth() ? 12.5 : load.period().closedHours();
    return Math.ceil(items * raw() / 4096) + Math.ceil(hoursOfDay * hour(minutes) / 4096);
  }

  /// An environment looks a device up when it hears of it more than so long after the last time,
  /// and reads the rules as often as it may need them; each state of a rule is read with each batch
  /// of its device.
  private double lookups() {
    double seconds = load.period().seconds();
    double between = load.period().seconds() * load.devices() / load.messages();
    double again = Math.ceil(KNOWN_SECONDS / between) * between;
    double rules = Math.max(1, Math.ceil(load.alarmRules() * RULE_BYTES / 4096)) / 2;
    double units = CLOCK_UNITS * seconds / 60;
    for (double share : shares) {
      double everyLook = again + (1 / share - 1) * between;
      double everyRules = RULES_SECONDS + 1 / (load.messagesPerSecond() * share);
      units += LOOKS * load.devices() * seconds / everyLook + rules * seconds / everyRules;
    }
    return units + load.alarmRules() * load.messages() / load.devices();
  }

  private void kept(Bill bill) {
    double days = load.devices() * 30.0;
    double gigabytes =
        (items() * raw() * config.rawRetentionDays() / 30
                + load.deviceHours() * hour(60) * config.hourRetentionDays() / 30
                + days * day() * 12)
            / 1e9;
    bill.add("DynamoDB", "GB stored, after a year", gigabytes, Price.TABLE_GIGABYTE);
    bill.add("DynamoDB", "GB for recovery, likewise", gigabytes, Price.RECOVERY_GIGABYTE);
  }

  private static double kilobytes(double bytes) {
    return Math.ceil(bytes / 1024);
  }
}
