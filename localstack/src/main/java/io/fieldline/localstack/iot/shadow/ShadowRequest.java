// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/// A valid update: the change of state, and under what conditions.
///
/// @param state an object with desired and reported at most, or a JSON null, which empties both
record ShadowRequest(JsonNode state, OptionalLong version, Optional<String> clientToken) {
  static final int MAX_BYTES = 8 * 1024;
  private static final int MAX_DEPTH = 6;
  private static final int MAX_TOKEN_BYTES = 64;
  static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  static ShadowRequest update(byte[] payload) {
    if (payload.length > 2 * MAX_BYTES) {
      throw new ShadowFailure(413, "The payload exceeds the maximum size allowed");
    }
    JsonNode root = parse(payload);
    Optional<String> token = clientToken(root);
    JsonNode state = root.get("state");
    if (state == null) {
      throw ShadowFailure.badRequest("Missing required node: state");
    }
    if (!state.isNull()) {
      checkState(state);
    }
    return new ShadowRequest(state, version(root), token);
  }

  /// The token of a get or delete, whose body is otherwise ignored.
  static Optional<String> tokenOf(byte[] payload) {
    try {
      return payload.length == 0 ? Optional.empty() : clientToken(parse(payload));
    } catch (ShadowFailure ignoredBody) {
      return Optional.empty();
    }
  }

  private static JsonNode parse(byte[] payload) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException e) {
      throw new ShadowFailure(415, "Unsupported documented encoding; supported encoding is UTF-8");
    }
    try {
      JsonNode root = JSON.readTree(text);
      if (root != null && root.isObject()) {
        return root;
      }
    } catch (JsonProcessingException e) {
      throw ShadowFailure.badRequest("Invalid JSON");
    }
    throw ShadowFailure.badRequest("Invalid JSON");
  }

  private static Optional<String> clientToken(JsonNode root) {
    JsonNode token = root.get("clientToken");
    if (token == null) {
      return Optional.empty();
    }
    boolean fits =
        token.isTextual()
            && token.asText().getBytes(StandardCharsets.UTF_8).length <= MAX_TOKEN_BYTES;
    if (!fits) {
      throw ShadowFailure.badRequest("Invalid clientToken");
    }
    return Optional.of(token.asText());
  }

  private static OptionalLong version(JsonNode root) {
    JsonNode version = root.get("version");
    if (version == null || version.isNull()) {
      return OptionalLong.empty();
    }
    if (!version.isIntegralNumber() || version.asLong() < 0) {
      throw ShadowFailure.badRequest("Invalid version");
    }
    return OptionalLong.of(version.asLong());
  }

  private static void checkState(JsonNode state) {
    if (!(state instanceof ObjectNode)) {
      throw ShadowFailure.badRequest("State node must be an object");
    }
    for (var section : state.properties()) {
      String shown =
          switch (section.getKey()) {
            case "desired" -> "Desired";
            case "reported" -> "Reported";
            default ->
                throw ShadowFailure.badRequest(
                    "State contains an invalid node: '" + section.getKey() + "'");
          };
      if (!section.getValue().isObject() && !section.getValue().isNull()) {
        throw ShadowFailure.badRequest(shown + " node must be an object");
      }
      checkNode(section.getValue(), 0);
    }
  }

  private static void checkNode(JsonNode node, int depth) {
    if (depth > MAX_DEPTH) {
      throw ShadowFailure.badRequest(
          "JSON contains too many levels of nesting; maximum is " + MAX_DEPTH);
    }
    for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
      JsonNode child = children.next();
      if (node.isArray() && child.isNull()) {
        throw ShadowFailure.badRequest("State contains an invalid node");
      }
      checkNode(child, child.isContainerNode() ? depth + 1 : depth);
    }
  }
}
