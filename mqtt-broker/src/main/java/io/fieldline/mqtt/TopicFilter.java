// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.util.Optional;

/// What a subscription asks for: levels, {@code +} for any one level, {@code #} for the rest, and
/// perhaps a share ({@code $share/NAME/FILTER}).
///
/// Source: MQTT 5.0, 4.7 and 4.8.2.
public record TopicFilter(String text) {
  private static final String SHARE = "$share/";

  public TopicFilter {
    String wrong = whatIsWrong(text);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong + ", but the filter is \"" + text + "\"");
    }
  }

  public static boolean isValid(String text) {
    return whatIsWrong(text).isEmpty();
  }

  private static String whatIsWrong(String text) {
    String pattern = text;
    if (text.startsWith(SHARE)) {
      int end = text.indexOf('/', SHARE.length());
      String name = end < 0 ? "" : text.substring(SHARE.length(), end);
      if (name.isEmpty() || name.contains("+") || name.contains("#")) {
        return "a shared filter is $share/NAME/FILTER with a NAME free of + and #";
      }
      pattern = text.substring(end + 1);
    }
    if (pattern.isEmpty() || pattern.indexOf(0) >= 0) {
      return "a topic filter has at least one character and no NUL";
    }
    if (text.length() > TopicName.MAX_BYTES / 3 && TopicName.bytes(text) > TopicName.MAX_BYTES) {
      return "a topic filter has at most 65535 bytes of UTF-8";
    }
    String[] levels = TopicName.split(pattern);
    for (int i = 0; i < levels.length; i++) {
      boolean wildcard = levels[i].contains("+") || levels[i].contains("#");
      if (wildcard && levels[i].length() > 1) {
        return "a wildcard fills a whole level";
      }
      if (levels[i].equals("#") && i < levels.length - 1) {
        return "# is the last level";
      }
    }
    return "";
  }

  /// The name of the share, where this is a shared filter.
  public Optional<String> share() {
    return text.startsWith(SHARE)
        ? Optional.of(text.substring(SHARE.length(), text.indexOf('/', SHARE.length())))
        : Optional.empty();
  }

  /// The filter without its share.
  public String pattern() {
    return text.startsWith(SHARE) ? text.substring(text.indexOf('/', SHARE.length()) + 1) : text;
  }

  public boolean hasWildcard() {
    return text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
  }

  /// Whether a message on {@code topic} is asked for, as MQTT defines it.
  public boolean matches(TopicName topic) {
    return matches(topic, MultiLevelWildcard.PARENT_AND_BELOW);
  }

  public boolean matches(TopicName topic, MultiLevelWildcard reach) {
    String[] filter = TopicName.split(pattern());
    String[] name = topic.levels();
    if (name[0].startsWith("$") && (filter[0].equals("+") || filter[0].equals("#"))) {
      return false;
    }
    for (int i = 0; i < filter.length; i++) {
      if (filter[i].equals("#")) {
        return i < name.length || (i == name.length && reach.includesParent());
      }
      if (i >= name.length || !(filter[i].equals("+") || filter[i].equals(name[i]))) {
        return false;
      }
    }
    return filter.length == name.length;
  }

  @Override
  public String toString() {
    return text;
  }
}
