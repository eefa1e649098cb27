// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// The shadows of a [Cloud]: what a device reports is kept and accepted. Nobody desires anything,
/// so there are no deltas.
///
/// Source: AWS IoT Developer Guide, "Device Shadow MQTT topics" and "Device Shadow service
/// documents".
final class CloudShadows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InstantSource clock;
  private final BiConsumer<String, byte[]> publish;
  private final Map<String, ObjectNode> states = new HashMap<>();
  private final Map<String, Integer> versions = new HashMap<>();

  CloudShadows(InstantSource clock, BiConsumer<String, byte[]> publish) {
    this.clock = clock;
    this.publish = publish;
  }

  /// Answers what came to a topic of a shadow.
  synchronized void take(String topic, byte[] payload) throws IOException {
    int end = topic.lastIndexOf('/');
    String shadow = topic.substring(0, end);
    JsonNode request = payload.length == 0 ? JSON.createObjectNode() : JSON.readTree(payload);
    switch (topic.substring(end + 1)) {
      case "get" -> get(shadow, request);
      case "update" -> update(shadow, request);
      default ->
          throw new IllegalStateException("expected get or update of a shadow, got " + topic);
    }
  }

  private void get(String shadow, JsonNode request) throws IOException {
    ObjectNode state = states.get(shadow);
    if (state == null) {
      String[] levels = shadow.split("/", -1);
      String name = levels.length > 5 ? levels[2] + "~" + levels[5] : levels[2];
      ObjectNode failure = JSON.createObjectNode();
      failure.put("code", 404);
      failure.put("message", "No shadow exists with name: '" + name + "'");
      answer(shadow + "/get/rejected", failure, request);
    } else {
      answer(shadow + "/get/accepted", document(shadow, state), request);
    }
  }

  private void update(String shadow, JsonNode request) throws IOException {
    JsonNode change = request.path("state");
    merge(states.computeIfAbsent(shadow, _ -> JSON.createObjectNode()), change);
    versions.merge(shadow, 1, Integer::sum);
    answer(shadow + "/update/accepted", document(shadow, change), request);
  }

  private ObjectNode document(String shadow, JsonNode state) {
    ObjectNode document = JSON.createObjectNode();
    document.set("state", state);
    document.put("version", versions.getOrDefault(shadow, 0));
    return document;
  }

  private void answer(String topic, ObjectNode document, JsonNode request) throws IOException {
    document.put("timestamp", clock.instant().getEpochSecond());
    if (request.has("clientToken")) {
      document.set("clientToken", request.get("clientToken"));
    }
    publish.accept(topic, JSON.writeValueAsBytes(document));
  }

  private static void merge(ObjectNode into, JsonNode change) {
    for (Map.Entry<String, JsonNode> each : change.properties()) {
      if (each.getValue().isNull()) {
        into.remove(each.getKey());
      } else if (each.getValue().isObject()) {
        merge(
            into.get(each.getKey()) instanceof ObjectNode there
                ? there
                : into.putObject(each.getKey()),
            each.getValue());
      } else {
        into.set(each.getKey(), each.getValue());
      }
    }
  }
}
