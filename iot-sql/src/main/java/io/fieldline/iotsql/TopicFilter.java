// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

/// The topic filter of a FROM clause.
///
/// Source: AWS IoT developer guide, "Topic filters": `sensor/#` matches deeper levels but not
/// `sensor` itself; MQTT 5, 4.7.2: a leading wildcard does not match topics that start with `$`.
public record TopicFilter(String text) {
  public TopicFilter {
    var levels = text.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      var level = levels[i];
      if (level.length() > 1 && (level.contains("+") || level.contains("#"))) {
        throw new IllegalArgumentException(
            "topic filter '" + text + "': + and # must stand alone in their level");
      }
      if (level.equals("#") && i < levels.length - 1) {
        throw new IllegalArgumentException("topic filter '" + text + "': # must be the last level");
      }
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("topic filter: expected at least one character");
    }
  }

  /// Whether a message on `topic` is meant.
  public boolean matches(String topic) {
    if (topic.startsWith("$") && (text.startsWith("+") || text.startsWith("#"))) {
      return false;
    }
    int f = 0;
    int t = 0;
    while (true) {
      int filterEnd = end(text, f);
      int topicEnd = end(topic, t);
      int length = filterEnd - f;
      if (length == 1 && text.charAt(f) == '#') {
        return true;
      }
      boolean any = length == 1 && text.charAt(f) == '+';
      if (!any && (length != topicEnd - t || !text.regionMatches(f, topic, t, length))) {
        return false;
      }
      boolean filterDone = filterEnd == text.length();
      boolean topicDone = topicEnd == topic.length();
      if (filterDone || topicDone) {
        return filterDone && topicDone;
      }
      f = filterEnd + 1;
      t = topicEnd + 1;
    }
  }

  private static int end(String levels, int start) {
    int slash = levels.indexOf('/', start);
    return slash < 0 ? levels.length() : slash;
  }
}
