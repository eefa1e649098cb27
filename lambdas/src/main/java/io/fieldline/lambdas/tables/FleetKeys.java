// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/// Keys of the fleet table.
public final class FleetKeys {
  /// Partition of all devices, sorted by name: `thing`; `firstMs` from when it was heard for the
  /// first time; `groups` and `type` of {@link Grouping}; and of a thing what {@link Connection}
  /// has.
  public static final String DEVICES = "DEVICES";

  /// Partition of all alarm rules, sorted by name: `json`.
  public static final String RULES = "RULES";

  /// Partition of all serial numbers that may be provisioned, sorted: `by`, `addedMs`, and what
  /// became of it: `admittedMs`, `certificateId`, `admissions`, `againMs`; and what the device is
  /// put into when it is provisioned: `groups`, `type`.
  public static final String SERIALS = "SERIALS";

  /// Partition of all deletions, sorted by thing: a receipt, and while it is there nothing of the
  /// thing is taken: `by`, `askedMs`, `doneMs`, `certificatesGone`, `jobs`, `shadows`,
  /// `telemetryItems`, `fleetItems`, and until it is done `devices`, `certificates`, `fromMs`.
  public static final String DELETIONS = "DELETED";

  /// Partition of commands that may still be open, sorted by expiry: `thing`, `id`, `expiresAtMs`.
  public static final String OPEN_COMMANDS = "OPEN";

  /// What a command's sort key begins with.
  public static final String COMMAND_PREFIX = "CMD#";

  /// What an alarm's sort key begins with.
  public static final String ALARM_PREFIX = "ALARM#";

  /// What the sort key of an entry of the alarms' history begins with.
  public static final String ALARM_LOG_PREFIX = "ALARMLOG#";

  /// Partition of all alarms that stand, by device and rule: `thing`, `device`, `rule`, `sensor`,
  /// `sinceMs`, `value`, `told`, and `ackMs`, `ackBy` once somebody has acknowledged it.
  public static final String ALARMS = "ALARMS";

  /// Partition of all jobs, sorted by when they were asked for: `by`, `type`, `description`,
  /// `devices`, `groups`, `continuous`, and `status` and `counts` once nothing changes any more,
  /// and `deletedMs`, for a day.
  public static final String JOBS = "JOBS";

  /// Partition of all commands to many, sorted by when they were asked for: `by`, `atMs`,
  /// `actuator`, `value`, `expiresAtMs`, `devices`, `groups`, `targets` (how many things), and
  /// `counts` once nothing changes any more.
  public static final String FLEET_COMMANDS = "COMMANDS";

  /// Partition of all schedules, sorted by name: `by`, `changedMs`, `devices`, `groups`, and as
  /// `asked` a tag of what it was last asked to be. What each does when is EventBridge Scheduler's.
  public static final String SCHEDULES = "SCHEDULES";

  /// What the sort key of a schedule's run begins with.
  public static final String RUN_PREFIX = "RUN#";

  /// What nothing could use, by day: the attributes of {@link Quarantined}, and `replayedMs`,
  /// `replayedBy`, `replays` once it was sent again.
  public static final String QUARANTINE = "QUARANTINE#";

  /// What people changed or tried to, by day: `atMs`, `by`, `route`, `path`, `body`, and `status`
  /// once it was answered.
  public static final String AUDIT = "AUDIT#";

  private FleetKeys() {}

  /// The partition of a thing.
  public static String thing(String thing) {
    return "T#" + thing;
  }

  /// A device.
  public static Key device(String device) {
    return new Key(DEVICES, device);
  }

  /// What was told of a client's connection before a device of that name was heard, for a while.
  static Key connection(String thing) {
    return new Key(thing(thing), "CONNECTION");
  }

  /// A job.
  public static Key job(String job) {
    return new Key(JOBS, job);
  }

  /// A serial number that may be provisioned.
  public static Key serial(String serial) {
    return new Key(SERIALS, serial);
  }

  /// The receipt of a thing's deletion.
  public static Key deletion(String thing) {
    return new Key(DELETIONS, thing);
  }

  /// An alarm rule.
  public static Key rule(String rule) {
    return new Key(RULES, rule);
  }

  /// What an alarm rule has come to: `kind`, `device`, `sensor`, `raised`, `told`, `sinceMs`,
  /// `lastMs`, `value`, `beyondMs`, `anchorMs`, `anchor`, `revision`, `ackMs`, `ackBy`, and what it
  /// has caused and may not have been done yet: `owed`, a command, and `untold`, its events.
  public static Key alarm(String thing, String device, String rule) {
    return new Key(thing(thing), alarmsOf(device) + rule);
  }

  /// What the sort keys of a device's alarms begin with, in its thing's partition.
  public static String alarmsOf(String device) {
    return ALARM_PREFIX + device + "#";
  }

  /// An alarm that stands.
  public static Key standing(String device, String rule) {
    return new Key(ALARMS, device + "#" + rule);
  }

  /// What became of an alarm at a time: `rule`, `device`, `kind`, `atMs`, `value`, `told`, `by`,
  /// `text`.
  ///
  /// @param unique tells it from others of the rule's at that time
  public static Key alarmEvent(String thing, long atMs, String rule, String unique) {
    return new Key(thing(thing), ALARM_LOG_PREFIX + padded(atMs) + "#" + rule + "#" + unique);
  }

  /// A command: `id`, `actuator`, `value`, `status`, `atMs`, `expiresAtMs`, `by`, `statusAtMs`,
  /// `detail`.
  public static Key command(String thing, long atMs, String id) {
    return new Key(thing(thing), COMMAND_PREFIX + padded(atMs) + "#" + id);
  }

  /// A command to many. Each thing's command has the same identifier.
  public static Key fleetCommand(String id) {
    return new Key(FLEET_COMMANDS, id);
  }

  /// Whom a command to many is for: `things`, and `refused`, why it could not be given to a thing.
  public static Key fleetCommandTargets(String id) {
    return new Key(FLEET_COMMANDS + "#" + id, "TARGETS");
  }

  /// A schedule.
  public static Key schedule(String name) {
    return new Key(SCHEDULES, name);
  }

  /// The partition of a schedule's runs.
  public static String runsOf(String schedule) {
    return "SCHEDULE#" + schedule;
  }

  /// A run of a schedule: `id`, of the command to many that it was.
  public static Key run(String schedule, String id) {
    return new Key(runsOf(schedule), RUN_PREFIX + id);
  }

  /// The identifier of the command that a schedule comes to at a time.
  public static String scheduledCommandId(long dueMs, String schedule) {
    return commandId(dueMs, UUID.nameUUIDFromBytes(schedule.getBytes(UTF_8)).toString());
  }

  /// The newest command of an actuator: `id`, `atMs`.
  public static Key newest(String thing, String actuator) {
    return new Key(thing(thing), "NEWEST#" + actuator);
  }

  /// A command that may still be open.
  public static Key open(long expiresAtMs, String thing, String id) {
    return new Key(OPEN_COMMANDS, padded(expiresAtMs) + "#" + thing + "#" + id);
  }

  /// Above every open command that has expired before a time.
  public static String openUntil(long expiresAtMs) {
    return padded(expiresAtMs);
  }

  /// The identifier of a command that is issued at a time; it tells that time.
  public static String commandId(long atMs, String unique) {
    return padded(atMs) + "-" + unique;
  }

  /// When the command of an identifier was issued; empty if the identifier is not one of ours.
  public static OptionalLong issuedAtMs(String commandId) {
    return commandId.matches("\\d{15}-.+")
        ? OptionalLong.of(Long.parseLong(commandId.substring(0, 15)))
        : OptionalLong.empty();
  }

  /// What a person asked under an idempotency key for the first time: `asked`, `atMs`, `unique`.
  public static Key first(String person, String idempotencyKey) {
    return new Key("ONCE#" + person, idempotencyKey);
  }

  /// An item of a {@link DailyListing}, by its day.
  ///
  /// @param listing what its partition begins with
  public static Key dated(String listing, long atMs, String unique) {
    return new Key(listing + TelemetryKeys.day(atMs), datedId(atMs, unique));
  }

  /// What names an item of a {@link DailyListing}; it tells its time.
  public static String datedId(long atMs, String unique) {
    return padded(atMs) + "-" + unique;
  }

  /// The key that an identifier tells; empty if the identifier is not one of ours.
  public static Optional<Key> dated(String listing, String id) {
    return id.matches("\\d{15}-.+")
        ? Optional.of(dated(listing, Long.parseLong(id.substring(0, 15)), id.substring(16)))
        : Optional.empty();
  }

  private static String padded(long number) {
    return String.format(Locale.ROOT, "%015d", number);
  }
}
