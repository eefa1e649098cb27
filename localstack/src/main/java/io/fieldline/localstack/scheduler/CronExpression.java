// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/// `cron(minutes hours day-of-month month day-of-week year)`.
///
/// Source: EventBridge Scheduler User Guide, "Schedule types", cron-based schedules: its fields,
/// wildcards and restrictions.
///
/// @param days which days it is about
record CronExpression(
    NavigableSet<Integer> minutes, NavigableSet<Integer> hours, Predicate<LocalDate> days) {
  static final int LAST_YEAR = 2199;

  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> WEEKDAYS =
      List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /// @param fields what is between the brackets
  /// @throws IllegalArgumentException telling what is wrong
  static CronExpression of(String fields) {
    String[] parts = fields.strip().split("\\s+");
    if (parts.length != 6) {
      throw new IllegalArgumentException("expected six fields, got " + parts.length);
    }
    if (parts[2].equals("?") == parts[4].equals("?")) {
      throw new IllegalArgumentException(
          "expected ? in either the day of the month or the day of the week");
    }
    NavigableSet<Integer> months = new Field("month", 1, 12, MONTHS).values(parts[3]);
    NavigableSet<Integer> years = new Field("year", 1970, LAST_YEAR, List.of()).values(parts[5]);
    Predicate<LocalDate> day = parts[2].equals("?") ? dayOfWeek(parts[4]) : dayOfMonth(parts[2]);
    return new CronExpression(
        new Field("minutes", 0, 59, List.of()).values(parts[0]),
        new Field("hours", 0, 23, List.of()).values(parts[1]),
        date ->
            years.contains(date.getYear())
                && months.contains(date.getMonthValue())
                && day.test(date));
  }

  private static Predicate<LocalDate> dayOfMonth(String text) {
    if (text.equals("L")) {
      return date -> date.getDayOfMonth() == date.lengthOfMonth();
    }
    if (text.endsWith("W")) {
      int day = new Field("day of the month", 1, 31, List.of()).one(cut(text, 1));
      return date ->
          day <= date.lengthOfMonth() && date.equals(nearestWeekday(date.withDayOfMonth(day)));
    }
    NavigableSet<Integer> days = new Field("day of the month", 1, 31, List.of()).values(text);
    return date -> days.contains(date.getDayOfMonth());
  }

  /// Within the month.
  private static LocalDate nearestWeekday(LocalDate day) {
    return switch (day.getDayOfWeek()) {
      case SATURDAY -> day.getDayOfMonth() == 1 ? day.plusDays(2) : day.minusDays(1);
      case SUNDAY ->
          day.getDayOfMonth() == day.lengthOfMonth() ? day.minusDays(2) : day.plusDays(1);
      case MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY -> day;
    };
  }

  private static Predicate<LocalDate> dayOfWeek(String text) {
    var field = new Field("day of the week", 1, 7, WEEKDAYS);
    if (text.equals("L")) {
      return date -> date.getDayOfWeek() == DayOfWeek.SATURDAY;
    }
    if (text.endsWith("L")) {
      DayOfWeek weekday = weekday(field.one(cut(text, 1)));
      return date -> date.equals(date.with(TemporalAdjusters.lastInMonth(weekday)));
    }
    int hash = text.indexOf('#');
    if (hash > 0) {
      DayOfWeek weekday = weekday(field.one(text.substring(0, hash)));
      int nth = new Field("# of the week", 1, 5, List.of()).one(text.substring(hash + 1));
      return date -> date.getDayOfWeek() == weekday && (date.getDayOfMonth() - 1) / 7 + 1 == nth;
    }
    NavigableSet<Integer> days = field.values(text);
    return date -> days.contains(date.getDayOfWeek().getValue() % 7 + 1);
  }

  /// 1 is Sunday.
  private static DayOfWeek weekday(int number) {
    return number == 1 ? DayOfWeek.SUNDAY : DayOfWeek.of(number - 1);
  }

  private static String cut(String text, int last) {
    return text.substring(0, text.length() - last);
  }

  /// One field: which numbers it may hold, and their names, if they have such.
  private record Field(String name, int least, int most, List<String> names) {
    int one(String text) {
      int named = names.indexOf(text.toUpperCase(Locale.ROOT));
      if (named >= 0) {
        return least + named;
      }
      if (text.matches("\\d{1,4}")) {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      }
      throw new IllegalArgumentException(
          name + ": expected " + least + " to " + most + ", got " + text);
    }

    NavigableSet<Integer> values(String text) {
      var values = new TreeSet<Integer>();
      for (String part : text.split(",", -1)) {
        add(part, values);
      }
      return values;
    }

    private void add(String part, TreeSet<Integer> values) {
      int slash = part.indexOf('/');
      String range = slash < 0 ? part : part.substring(0, slash);
      int step = slash < 0 ? 1 : step(part.substring(slash + 1));
      int from;
      int to;
      int dash = range.indexOf('-');
      if (range.equals("*")) {
        from = least;
        to = most;
      } else if (dash > 0) {
        from = one(range.substring(0, dash));
        to = one(range.substring(dash + 1));
      } else {
        from = one(range);
        to = slash < 0 ? from : most;
      }
      if (from > to) {
        throw new IllegalArgumentException(name + ": expected a range upwards, got " + part);
      }
      for (int value = from; value <= to; value += step) {
        values.add(value);
      }
    }

    private int step(String text) {
      if (text.matches("\\d{1,4}") && Integer.parseInt(text) > 0) {
        return Integer.parseInt(text);
      }
      throw new IllegalArgumentException(name + ": expected a step from 1, got " + text);
    }
  }
}
