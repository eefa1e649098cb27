// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// One message of a topic.
///
/// @param texts by protocol, {@code default} for the others
record Notification(
    String id,
    TopicRecord topic,
    @Nullable String subject,
    Map<String, String> texts,
    Map<String, MessageAttributeValue> attributes,
    Instant at) {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  Notification {
    texts = Map.copyOf(texts);
    attributes = Map.copyOf(attributes);
  }

  String text(String protocol) {
    return texts.getOrDefault(protocol, texts.getOrDefault("default", ""));
  }

  String timestamp() {
    return MILLIS.format(at);
  }
}
