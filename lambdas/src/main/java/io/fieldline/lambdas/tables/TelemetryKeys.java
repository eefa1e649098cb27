// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import io.fieldline.messages.TelemetryBatch;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Keys of the telemetry table. Numbers in sort keys are padded, so that they sort as numbers.
public final class TelemetryKeys {
  /// The packed readings of a raw item.
  public static final String PACKED = "packed";

  /// When an item may go, in epoch seconds.
  public static final String TTL = "ttl";

  /// How many readings a rollup is of: it is replaced by one of as many or more only.
  public static final String READINGS = "readings";

  /// Of how many raw items a rollup is: a batch is one, or one for each hour that it reaches into.
  public static final String ITEMS = "items";

  /// What those took of the table, in bytes as DynamoDB counts them.
  public static final String BYTES = "bytes";

  /// What they took to be written, in units.
  public static final String WRITE_UNITS = "writeUnits";

  /// In the latest state: the hour of the newest reading. Every hour before it that has readings
  /// has a rollup, or a message about it waits in the rollup queue.
  public static final String OPEN_HOUR = "openHourMs";

  private TelemetryKeys() {}

  /// The item of a batch, or of the part of a batch that begins at a time.
  public static Key raw(String device, long fromMs, TelemetryBatch.Identity identity) {
    return new Key(
        rawPartition(device, day(fromMs)),
        String.format(
            Locale.ROOT,
            "%015d#%d#%015d#%015d",
            fromMs,
            identity.lane(),
            identity.epoch(),
            identity.firstSeq()));
  }

  /// All items of a device that begin on a day.
  public static String rawPartition(String device, LocalDate day) {
    return "D#" + device + "#" + day;
  }

  /// Below the sort key of every item that begins at a time.
  public static String rawFrom(long fromMs) {
    return String.format(Locale.ROOT, "%015d", fromMs);
  }

  /// Above the sort key of every item that begins at a time.
  public static String rawTo(long toMs) {
    return rawFrom(toMs) + "~";
  }

  /// The minutes of an hour.
  public static Key hour(String device, long hourMs) {
    return new Key(hourPartition(device, YearMonth.from(day(hourMs))), rawFrom(hourMs));
  }

  /// All hours of a device's month.
  public static String hourPartition(String device, YearMonth month) {
    return "H#" + device + "#" + month;
  }

  /// The hours of a day.
  public static Key day(String device, long dayMs) {
    return new Key(dayPartition(device, Year.from(day(dayMs))), rawFrom(dayMs));
  }

  /// All days of a device's year.
  public static String dayPartition(String device, Year year) {
    return "Y#" + device + "#" + year;
  }

  /// When the hour or the day of an item begins.
  public static long startMs(Map<String, AttributeValue> item) {
    return Long.parseLong(attribute(item, "sk").s());
  }

  /// The packed readings, or the packed rollup, of an item.
  public static byte[] packed(Map<String, AttributeValue> item) {
    return attribute(item, PACKED).b().asByteArrayUnsafe();
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    var value = item.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "item of the telemetry table: expected an attribute " + name + ", got " + item.keySet());
    }
    return value;
  }

  /// The UTC day of a time.
  public static LocalDate day(long atMs) {
    return Instant.ofEpochMilli(atMs).atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /// The newest value of every sensor: attributes named by {@link #latestOf}.
  public static Key latest(String device) {
    return new Key("L#" + device, "LATEST");
  }

  /// The attribute of a sensor's newest value: a map of `value`, `unit`, `atMs`.
  public static String latestOf(String sensor) {
    return "s:" + sensor;
  }

  /// The sensor of an attribute made by {@link #latestOf}, empty for any other attribute.
  public static String sensorOf(String attribute) {
    return attribute.startsWith("s:") ? attribute.substring(2) : "";
  }
}
