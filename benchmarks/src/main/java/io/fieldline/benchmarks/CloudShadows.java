// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.Qos;
import io.fieldline.mqtt.TopicName;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/// The shadows of a thing that has none yet: each question is answered as AWS answers it, which
/// tells a device the time. What a device reports is accepted and forgotten.
///
/// Source: AWS IoT Core developer guide, "Device Shadow MQTT topics", "Device Shadow error
/// messages".
final class CloudShadows {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GET = "/get";
  private static final String UPDATE = "/update";

  private final Clock clock;
  private long version;

  CloudShadows(Clock clock) {
    this.clock = clock;
  }

  static boolean concerns(String topic) {
    return topic.startsWith("$aws/things/") && topic.contains("/shadow");
  }

  /// Empty for what is itself an answer.
  synchronized Optional<PublishedMessage> answer(String topic, byte[] payload) {
    try {
      JsonNode request = payload.length == 0 ? JSON.createObjectNode() : JSON.readTree(payload);
      ObjectNode document = JSON.createObjectNode();
      if (request.has("clientToken")) {
        document.set("clientToken", request.get("clientToken"));
      }
      document.put("timestamp", clock.instant().getEpochSecond());
      if (topic.endsWith(GET)) {
        String thing = topic.split("/")[2];
        document.put("code", 404).put("message", "No shadow exists with name: '" + thing + "'");
        return Optional.of(message(topic + "/rejected", document));
      }
      if (topic.endsWith(UPDATE)) {
        document.set("state", request.path("state"));
        document.put("version", ++version);
        return Optional.of(message(topic + "/accepted", document));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("expected a document of JSON on " + topic, e);
    }
  }

  private static PublishedMessage message(String topic, ObjectNode document) throws IOException {
    return new PublishedMessage(
        new TopicName(topic), JSON.writeValueAsBytes(document), Qos.AT_LEAST_ONCE);
  }
}
