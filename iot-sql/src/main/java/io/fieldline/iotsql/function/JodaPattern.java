// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalField;
import java.util.Locale;
import java.util.Map;

/// A date and time written as a pattern of Joda-Time says, whose letters mean other things than
/// those of java.time.
///
/// Source: Joda-Time, class DateTimeFormat, its table of letters.
final class JodaPattern {
  private static final int MAX_DIGITS = 40;
  private static final Map<Character, TemporalField> NUMBERS =
      Map.ofEntries(
          Map.entry('Y', ChronoField.YEAR_OF_ERA),
          Map.entry('y', ChronoField.YEAR),
          Map.entry('x', IsoFields.WEEK_BASED_YEAR),
          Map.entry('w', IsoFields.WEEK_OF_WEEK_BASED_YEAR),
          Map.entry('e', ChronoField.DAY_OF_WEEK),
          Map.entry('D', ChronoField.DAY_OF_YEAR),
          Map.entry('d', ChronoField.DAY_OF_MONTH),
          Map.entry('K', ChronoField.HOUR_OF_AMPM),
          Map.entry('h', ChronoField.CLOCK_HOUR_OF_AMPM),
          Map.entry('H', ChronoField.HOUR_OF_DAY),
          Map.entry('k', ChronoField.CLOCK_HOUR_OF_DAY),
          Map.entry('m', ChronoField.MINUTE_OF_HOUR),
          Map.entry('s', ChronoField.SECOND_OF_MINUTE));

  private JodaPattern() {}

  /// The time in that pattern.
  ///
  /// @throws IllegalArgumentException if a letter of the pattern means nothing
  static String write(String pattern, ZonedDateTime time) {
    var text = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); ) {
      char c = pattern.charAt(i);
      int end = i + 1;
      if (c == '\'') {
        boolean quote = end < pattern.length() && pattern.charAt(end) == '\'';
        text.append(quote ? "'" : "");
        quoted ^= !quote;
        end += quote ? 1 : 0;
      } else if (quoted || !isLetter(c)) {
        text.append(c);
      } else {
        while (end < pattern.length() && pattern.charAt(end) == c) {
          end++;
        }
        text.append(part(c, Math.min(end - i, MAX_DIGITS), time));
      }
      i = end;
    }
    return text.toString();
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static String part(char letter, int count, ZonedDateTime time) {
    return switch (letter) {
      case 'M' ->
          count < 3
              ? number(time.getMonthValue(), count)
              : named(count == 3 ? "MMM" : "MMMM", time);
      case 'E' -> named(count < 4 ? "EEE" : "EEEE", time);
      case 'z' -> named(count < 4 ? "zzz" : "zzzz", time);
      case 'G', 'a' -> named(String.valueOf(letter), time);
      case 'Z' -> named(count == 1 ? "xx" : count == 2 ? "xxx" : "VV", time);
      case 'C' -> number(time.get(ChronoField.YEAR_OF_ERA) / 100, count);
      case 'S' -> fraction(time.getNano(), count);
      case 'Y', 'y', 'x' -> year(time.get(NUMBERS.get(letter)), count);
      default -> number(value(letter, time), count);
    };
  }

  private static int value(char letter, ZonedDateTime time) {
    var field = NUMBERS.get(letter);
    if (field == null) {
      throw new IllegalArgumentException("the pattern letter " + letter + " means nothing");
    }
    return time.get(field);
  }

  private static String named(String letters, ZonedDateTime time) {
    return DateTimeFormatter.ofPattern(letters, Locale.ENGLISH).format(time);
  }

  private static String year(int year, int count) {
    return count == 2 ? number(Math.floorMod(year, 100), 2) : number(year, count);
  }

  private static String number(int value, int digits) {
    return String.format(Locale.ROOT, "%0" + (value < 0 ? digits + 1 : digits) + "d", value);
  }

  private static String fraction(int nanos, int digits) {
    var all = number(nanos, 9);
    return digits <= 9 ? all.substring(0, digits) : all + "0".repeat(digits - 9);
  }
}
