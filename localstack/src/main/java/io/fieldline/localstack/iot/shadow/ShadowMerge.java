// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// How a change is laid over a shadow's state, and what then differs.
///
/// Source: AWS IoT Core Developer Guide, "Device Shadow service documents".
final class ShadowMerge {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ShadowMerge() {}

  /// Lays {@code patch} over {@code state}: objects are merged, other values replaced, null
  /// removes. Only what is touched gets a new timestamp.
  static void apply(ObjectNode state, ObjectNode metadata, JsonNode patch, long timestamp) {
    for (var entry : patch.properties()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        state.remove(key);
        metadata.remove(key);
      } else if (value.isObject()) {
        applyObject(state, metadata, key, value, timestamp);
      } else {
        state.set(key, value);
        metadata.set(key, stamped(value, timestamp));
      }
    }
  }

  private static void applyObject(
      ObjectNode state, ObjectNode metadata, String key, JsonNode patch, long timestamp) {
    boolean merges =
        state.get(key) instanceof ObjectNode && metadata.get(key) instanceof ObjectNode;
    var inner = merges ? (ObjectNode) state.get(key) : NODES.objectNode();
    var innerMetadata = merges ? (ObjectNode) metadata.get(key) : NODES.objectNode();
    apply(inner, innerMetadata, patch, timestamp);
    if (!merges && inner.isEmpty() && !patch.isEmpty()) {
      // Nothing but nulls under a key that held no object: it is not made.
      return;
    }
    state.set(key, inner);
    metadata.set(key, innerMetadata);
  }

  /// Metadata of a value whose leaves were all written at once; nulls have none.
  static JsonNode stamped(JsonNode value, long timestamp) {
    if (value.isObject()) {
      ObjectNode stamps = NODES.objectNode();
      for (var entry : value.properties()) {
        if (!entry.getValue().isNull()) {
          stamps.set(entry.getKey(), stamped(entry.getValue(), timestamp));
        }
      }
      return stamps;
    }
    if (value.isArray()) {
      ArrayNode stamps = NODES.arrayNode();
      value.forEach(element -> stamps.add(stamped(element, timestamp)));
      return stamps;
    }
    return NODES.objectNode().put("timestamp", timestamp);
  }

  /// What is desired and not reported so.
  static ObjectNode delta(JsonNode desired, JsonNode reported) {
    ObjectNode delta = NODES.objectNode();
    for (var entry : desired.properties()) {
      JsonNode wanted = entry.getValue();
      JsonNode actual = reported.get(entry.getKey());
      if (wanted.isObject() && actual != null && actual.isObject()) {
        ObjectNode inner = delta(wanted, actual);
        if (!inner.isEmpty()) {
          delta.set(entry.getKey(), inner);
        }
      } else if (actual == null || !isEqual(wanted, actual)) {
        delta.set(entry.getKey(), wanted);
      }
    }
    return delta;
  }

  /// By JSON value: 1 and 1.0 are equal.
  static boolean isEqual(JsonNode a, JsonNode b) {
    return a.equals(
        (x, y) ->
            x.isNumber() && y.isNumber()
                ? x.decimalValue().compareTo(y.decimalValue())
                : (x.equals(y) ? 0 : 1),
        b);
  }

  /// The part of the metadata that belongs to the part of the state.
  static ObjectNode select(JsonNode metadata, JsonNode part) {
    ObjectNode selected = NODES.objectNode();
    for (var entry : part.properties()) {
      JsonNode stamps = metadata.get(entry.getKey());
      if (stamps != null) {
        boolean deeper = entry.getValue().isObject() && stamps.isObject();
        selected.set(entry.getKey(), deeper ? select(stamps, entry.getValue()) : stamps);
      }
    }
    return selected;
  }
}
