// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.nio.charset.StandardCharsets;

/// The topic of one message: not empty, no wildcard, no NUL, at most 65,535 bytes.
///
/// Source: MQTT 3.1.1 and 5.0, 4.7.
public record TopicName(String text) {
  static final int MAX_BYTES = 65_535;

  public TopicName {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a topic name has at least one character");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '+' || c == '#' || c == 0) {
        throw new IllegalArgumentException(
            "a topic name holds no '" + c + "', but \"" + text + "\" does at position " + (i + 1));
      }
    }
    if (text.length() > MAX_BYTES / 3 && bytes(text) > MAX_BYTES) {
      throw new IllegalArgumentException("a topic name has at most 65535 bytes of UTF-8");
    }
  }

  /// Whether {@code text} can be a topic name.
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.indexOf('+') < 0
        && text.indexOf('#') < 0
        && text.indexOf(0) < 0
        && bytes(text) <= MAX_BYTES;
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /// The parts between the slashes; an empty part counts.
  public String[] levels() {
    return split(text);
  }

  static String[] split(String text) {
    int count = 1;
    for (int i = text.indexOf('/'); i >= 0; i = text.indexOf('/', i + 1)) {
      count++;
    }
    var levels = new String[count];
    int start = 0;
    for (int n = 0; n < count - 1; n++) {
      int end = text.indexOf('/', start);
      levels[n] = text.substring(start, end);
      start = end + 1;
    }
    levels[count - 1] = text.substring(start);
    return levels;
  }

  @Override
  public String toString() {
    return text;
  }
}
