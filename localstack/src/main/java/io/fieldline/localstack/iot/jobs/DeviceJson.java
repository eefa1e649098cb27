// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Executions as devices are told about them over MQTT. Times are seconds since the epoch.
///
/// Source: AWS IoT Core Developer Guide, "Jobs device MQTT and HTTPS APIs and data types".
final class DeviceJson {
  static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private DeviceJson() {}

  static ObjectNode summary(Execution e) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("jobId", e.jobId()).put("queuedAt", e.queuedAt().getEpochSecond());
    if (e.startedAt() != null) {
      json.put("startedAt", e.startedAt().getEpochSecond());
    }
    return json.put("lastUpdatedAt", e.lastUpdatedAt().getEpochSecond())
        .put("executionNumber", e.number())
        .put("versionNumber", e.version());
  }

  static ObjectNode execution(Execution e, Optional<Instant> deadline, Instant now) {
    ObjectNode json = summary(e);
    json.put("thingName", e.thing()).put("status", e.status());
    if (!e.details().isEmpty()) {
      json.set("statusDetails", details(e));
    }
    deadline.ifPresent(at -> json.put("approximateSecondsBeforeTimedOut", seconds(at, now)));
    return json;
  }

  static long seconds(Instant deadline, Instant now) {
    return Math.max(0, Duration.between(now, deadline).toSeconds());
  }

  static ObjectNode state(Execution e) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", e.status());
    json.set("statusDetails", details(e));
    return json.put("versionNumber", e.version());
  }

  private static ObjectNode details(Execution e) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    e.details().forEach(details::put);
    return details;
  }

  /// A document that is JSON comes as JSON.
  static JsonNode document(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }
}
