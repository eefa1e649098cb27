// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.util.ArrayList;
import java.util.List;

/// Which items a series is read from: raw ones for the hours of a device that are open, and for
/// short ranges; the minutes of closed hours for ranges of up to two days; the hours of closed days
/// for longer ones. So the longest range takes a few hundred items.
///
/// @param parts what to read, oldest first; none overlaps another
public record SeriesPlan(List<Part> parts) {
  private static final long RAW_UP_TO_MS = 2 * Rollup.HOUR_MS;
  private static final long DAY_MS = 24 * Rollup.HOUR_MS;
  private static final long HOURS_UP_TO_MS = 2 * DAY_MS;

  /// Copies the list.
  public SeriesPlan {
    parts = List.copyOf(parts);
  }

  /// What an item holds.
  public enum Level {
    /// Readings, an item for each batch and hour.
    RAW(1),
    /// The minutes of an hour.
    HOUR(Rollup.MINUTE_MS),
    /// The hours of a day.
    DAY(Rollup.HOUR_MS);

    private final long stepMs;

    Level(long stepMs) {
      this.stepMs = stepMs;
    }
  }

  /// Items that begin in a range of time.
  ///
  /// @param fromMs a full hour, of days a full day; included
  /// @param toMs likewise, excluded
  public record Part(Level level, long fromMs, long toMs) {}

  /// The plan for a range, at its own level.
  ///
  /// @param openHourMs the hour of the device's newest reading; hours before it have rollups
  public static SeriesPlan of(SeriesRange range, long openHourMs) {
    long lengthMs = range.toMs() - range.fromMs();
    Level level =
        lengthMs <= RAW_UP_TO_MS ? Level.RAW : lengthMs <= HOURS_UP_TO_MS ? Level.HOUR : Level.DAY;
    return at(level, range, openHourMs);
  }

  /// The plan for a range of which closed hours are read at this level.
  public static SeriesPlan at(Level level, SeriesRange range, long openHourMs) {
    long toMs = HourParts.hourOf(range.toMs()) + Rollup.HOUR_MS;
    long openDayMs = dayOf(openHourMs);
    var parts = new ArrayList<Part>();
    long atMs = level == Level.DAY ? dayOf(range.fromMs()) : HourParts.hourOf(range.fromMs());
    if (level == Level.DAY && atMs < Math.min(openDayMs, toMs)) {
      long endMs = Math.min(openDayMs, dayOf(toMs - 1) + DAY_MS);
      parts.add(new Part(Level.DAY, atMs, endMs));
      atMs = endMs;
    }
    atMs = Math.max(atMs, HourParts.hourOf(range.fromMs()));
    if (level != Level.RAW && atMs < Math.min(openHourMs, toMs)) {
      long endMs = Math.min(openHourMs, toMs);
      parts.add(new Part(Level.HOUR, atMs, endMs));
      atMs = endMs;
    }
    if (atMs < toMs) {
      parts.add(new Part(Level.RAW, atMs, toMs));
    }
    return new SeriesPlan(parts);
  }

  /// The longest step of what is read.
  public long leastStepMs() {
    return parts.stream().mapToLong(part -> part.level().stepMs).max().orElse(1);
  }

  /// The UTC day of a time.
  public static long dayOf(long atMs) {
    return Math.floorDiv(atMs, DAY_MS) * DAY_MS;
  }
}
