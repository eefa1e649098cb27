// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.util.Locale;
import java.util.regex.Pattern;

/// What names, times and numbers of a message must be.
final class Checks {
  // Source: AWS IoT API Reference, thingName: [a-zA-Z0-9:_-]{1,128}. A child is <thing>:<device>.
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9:_-]{1,128}");
  private static final long LAST_MS = 253_402_300_799_999L;
  static final int MAX_TEXT = 256;

  private Checks() {}

  static String name(String what, String value) {
    if (!NAME.matcher(value).matches()) {
      throw wrong(what, "1 to 128 letters, digits, ':', '_' or '-'", value);
    }
    return value;
  }

  static String text(String what, String value, int maxLength) {
    if (value.length() > maxLength || value.chars().anyMatch(c -> c < ' ' || c == 127)) {
      throw wrong(what, "at most " + maxLength + " characters, none of control", value);
    }
    return value;
  }

  static String label(String what, String value) {
    if (value.isBlank()) {
      throw wrong(what, "a text that is not empty", value);
    }
    return text(what, value, MAX_TEXT);
  }

  static long time(String what, long epochMs) {
    if (epochMs < 0 || epochMs > LAST_MS) {
      throw wrong(what, "epoch milliseconds of the years 1970 to 9999", epochMs);
    }
    return epochMs;
  }

  static long count(String what, long value) {
    if (value < 0) {
      throw wrong(what, "a whole number from 0", value);
    }
    return value;
  }

  /// A length of up to a day.
  static long seconds(String what, long least, long value) {
    if (value < least || value > 86_400) {
      throw wrong(what, "a whole number of seconds, " + least + " to 86400", value);
    }
    return value;
  }

  static double finite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw wrong(what, "a finite number", value);
    }
    return value;
  }

  static IllegalArgumentException wrong(String what, String expected, Object got) {
    var text = String.valueOf(got);
    var shown = text.length() <= 80 ? text : text.substring(0, 80) + "…";
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s: expected %s, got '%s'", what, expected, shown));
  }
}
