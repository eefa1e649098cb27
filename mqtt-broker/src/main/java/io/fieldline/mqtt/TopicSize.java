// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// The broker's limits on the size of a topic name or filter.
///
/// Source: AWS IoT Core quotas: what comes before the third slash of {@code $aws/rules/NAME/}, and
/// a share's prefix, is not counted.
public final class TopicSize {
  private TopicSize() {}

  static boolean isWithin(String topic, Limits limits) {
    return whatIsWrong(topic, limits).isEmpty();
  }

  /// Empty text where nothing is.
  public static String whatIsWrong(String topic, Limits limits) {
    String counted = counted(topic);
    if (TopicName.bytes(counted) > limits.maxTopicBytes()) {
      return "a topic has at most " + limits.maxTopicBytes() + " bytes";
    }
    long slashes = counted.chars().filter(c -> c == '/').count();
    if (slashes > limits.maxTopicSlashes()) {
      return "a topic has at most " + limits.maxTopicSlashes() + " slashes, not " + slashes;
    }
    return "";
  }

  private static String counted(String topic) {
    if (topic.startsWith("$aws/rules/")) {
      int end = topic.indexOf('/', "$aws/rules/".length());
      return end < 0 ? "" : topic.substring(end + 1);
    }
    if (topic.startsWith("$share/")) {
      int end = topic.indexOf('/', "$share/".length());
      return end < 0 ? topic : topic.substring(end + 1);
    }
    return topic;
  }
}
