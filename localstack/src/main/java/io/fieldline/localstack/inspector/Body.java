// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.wire.WireRequest;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/// The JSON object that a request brings.
final class Body {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 64 * 1024;

  private Body() {}

  static JsonNode of(WireRequest request, Set<String> members) throws IOException {
    byte[] bytes = request.body().readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw Refusal.expected("at most " + MOST_BYTES + " bytes", "more");
    }
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw Refusal.expected("JSON", e.getOriginalMessage());
    }
    if (!json.isObject()) {
      throw Refusal.expected("a JSON object", json.isMissingNode() ? "nothing" : json.toString());
    }
    for (var member : json.properties()) {
      if (!members.contains(member.getKey())) {
        throw Refusal.expected("no other members than " + new TreeSet<>(members), member.getKey());
      }
    }
    return json;
  }
}
