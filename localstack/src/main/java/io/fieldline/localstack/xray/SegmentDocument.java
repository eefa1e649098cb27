// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.xray;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/// A segment, or a subsegment that was sent by itself, as it was put.
///
/// Source: AWS X-Ray Developer Guide, "X-Ray segment documents".
record SegmentDocument(String text, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TRACE_ID = Pattern.compile("1-[0-9a-f]{8}-[0-9a-f]{24}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final int MOST_BYTES = 64 * 1024;

  /// A document that is none, with the service's word for why.
  static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;
    private final String code;

    Invalid(String code, String message) {
      super(message);
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  static SegmentDocument parse(String text) throws Invalid {
    if (text.length() > MOST_BYTES) {
      throw new Invalid("SegmentTooLarge", "expected at most 64 kB, got " + text.length());
    }
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Invalid("ParseError", "not JSON: " + e.getOriginalMessage());
    }
    need(json, "trace_id", TRACE_ID);
    need(json, "id", ID);
    if (json.path("name").asText().isEmpty()) {
      throw new Invalid("MissingName", "expected a name");
    }
    if (!json.path("start_time").isNumber()) {
      throw new Invalid("MissingStartTime", "expected start_time, in seconds");
    }
    if (!json.path("end_time").isNumber() && !json.path("in_progress").asBoolean()) {
      throw new Invalid("MissingEndTime", "expected end_time in seconds, or in_progress");
    }
    if (json.path("type").asText().equals("subsegment")) {
      need(json, "parent_id", ID);
    }
    return new SegmentDocument(text, json);
  }

  private static void need(JsonNode json, String name, Pattern pattern) throws Invalid {
    String value = json.path(name).asText();
    if (!pattern.matcher(value).matches()) {
      throw new Invalid(
          value.isEmpty() ? "MissingId" : "InvalidId",
          "expected %s of the form %s, got '%s'".formatted(name, pattern, value));
    }
  }

  String traceId() {
    return json.path("trace_id").asText();
  }

  String id() {
    return json.path("id").asText();
  }

  boolean isSubsegment() {
    return json.path("type").asText().equals("subsegment");
  }

  double start() {
    return json.path("start_time").asDouble();
  }

  /// The beginning, of one that is under way.
  double end() {
    return json.path("end_time").asDouble(start());
  }

  boolean is(String flag) {
    return json.path(flag).asBoolean();
  }
}
