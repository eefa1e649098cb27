// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.clock.ProvisionalTime;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.config.DeviceName;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.messages.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/// What every reading must fulfil, whichever form it came in.
final class SampleRules {
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  // A clock before this has not been set since power-on and can judge nothing.
  private static final Instant CLOCK_IS_SET = Instant.parse("2025-01-01T00:00:00Z");
  private static final Duration MOST_AHEAD = Duration.ofHours(24);
  private static final Pattern SENSOR = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}");
  private static final Pattern DEVICE = Pattern.compile(ConfigFile.NAME);
  private static final int MAX_UNIT = 16;
  private static final int SHOWN = 60;

  private final String thing;
  private final Clock clock;
  private volatile long lastProvisionalMs = Long.MIN_VALUE / 2;

  SampleRules(String thing, Clock clock) {
    this.thing = thing;
    this.clock = clock;
  }

  long nowMs() {
    long nowMs = clock.millis();
    if (ProvisionalTime.slotOf(nowMs) >= 0) {
      lastProvisionalMs = nowMs;
    }
    return nowMs;
  }

  Reading sample(String device, String sensor, String unit, long atMs, double value)
      throws ReadingException {
    String owner = device(device);
    if (!SENSOR.matcher(sensor).matches()) {
      throw new ReadingException(
          Reason.NAME,
          "sensor name of 1 to 64 letters, digits, '_', '.', ':' or '-' expected, got "
              + quote(sensor));
    }
    if (!isUnit(unit)) {
      throw new ReadingException(
          Reason.NAME,
          "unit of at most "
              + MAX_UNIT
              + " characters expected for '"
              + sensor
              + "', got "
              + quote(unit));
    }
    if (!Double.isFinite(value)) {
      throw new ReadingException(
          Reason.TYPE, "a finite number expected for '" + sensor + "', got " + value);
    }
    checkTime(sensor, atMs);
    return new Reading(owner, sensor, unit, atMs, value);
  }

  private static boolean isUnit(String unit) {
    for (int i = 0; i < unit.length(); i++) {
      if (Character.isISOControl(unit.charAt(i))) {
        return false;
      }
    }
    return unit.length() <= MAX_UNIT;
  }

  /// The full name of a device.
  String device(String name) throws ReadingException {
    String full = DeviceName.of(thing, name);
    if (name.isEmpty() || !DEVICE.matcher(full).matches()) {
      throw new ReadingException(
          Reason.NAME,
          "device name of 1 to 128 letters, digits, ':', '_' or '-' expected, got " + quote(name));
    }
    return full;
  }

  private void checkTime(String sensor, long atMs) throws ReadingException {
    Instant now = clock.instant();
    // The time may have become known since it was stamped.
    boolean isOurStamp = isNear(atMs, now.toEpochMilli()) || isNear(atMs, lastProvisionalMs);
    boolean tooEarly = atMs < EARLIEST.toEpochMilli() && !isOurStamp;
    boolean tooLate = now.isAfter(CLOCK_IS_SET) && atMs > now.plus(MOST_AHEAD).toEpochMilli();
    if (tooEarly || tooLate) {
      throw new ReadingException(
          Reason.TIMESTAMP,
          "epoch milliseconds from 2000-01-01 to 24 h ahead expected for '"
              + sensor
              + "', got "
              + atMs);
    }
  }

  private static boolean isNear(long oneMs, long otherMs) {
    return Math.abs(oneMs - otherMs) <= MOST_AHEAD.toMillis();
  }

  /// A text fit to be shown: short, and without control characters.
  static String quote(String text) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
