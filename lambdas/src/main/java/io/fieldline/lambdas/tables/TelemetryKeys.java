// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import io.fieldline.messages.TelemetryBatch;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/// Keys of the telemetry table. Numbers in sort keys are padded, so that they sort as numbers.
public final class TelemetryKeys {
  /// The packed readings of a raw item.
  public static final String PACKED = "packed";

  /// When an item may go, in epoch seconds.
  public static final String TTL = "ttl";

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
