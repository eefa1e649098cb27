// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

/// One message as the rules engine sees it: the topic it was published to (under Basic Ingest with
/// its `$aws/rules/<rule>/` prefix), its bytes, and where it came from. The bytes are not copied:
/// the caller leaves them alone.
public record Message(String topic, byte[] payload, MessageContext context) {
  private static final String BASIC_INGEST = "$aws/rules/";

  /// The topic that `topic()` shows: without the Basic Ingest prefix.
  ///
  /// Source: AWS IoT developer guide, "Basic Ingest".
  public String ruleTopic() {
    if (!topic.startsWith(BASIC_INGEST)) {
      return topic;
    }
    int slash = topic.indexOf('/', BASIC_INGEST.length());
    return slash < 0 ? "" : topic.substring(slash + 1);
  }

  /// The rule that a Basic Ingest topic names, or an empty text.
  public String basicIngestRule() {
    if (!topic.startsWith(BASIC_INGEST)) {
      return "";
    }
    int slash = topic.indexOf('/', BASIC_INGEST.length());
    return topic.substring(BASIC_INGEST.length(), slash < 0 ? topic.length() : slash);
  }
}
