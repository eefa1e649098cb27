// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// What the messages of a shadow hold. Source: AWS IoT Core developer guide, "Device Shadow service
/// documents".
final class Shadow {
  private static final long NOT_FOUND = 404;

  private Shadow() {}

  /// A part of a get/accepted document, `desired` or `reported`; empty if there is none.
  static Map<String, Object> part(Map<String, Object> document, String name) {
    return JsonText.object(document.get("state"))
        .flatMap(state -> JsonText.object(state.get(name)))
        .orElse(Map.of());
  }

  /// Whether an accepted update takes a part away as a whole, by a null in its place or around it.
  static boolean takesAway(Map<String, Object> document, String part) {
    Object state = document.get("state");
    return state == JsonText.NULL
        || JsonText.object(state).filter(parts -> parts.get(part) == JsonText.NULL).isPresent();
  }

  /// Whether a get/rejected document says that there is no such shadow.
  static boolean isNotThere(Map<String, Object> document) {
    return document.get("code") instanceof Long code && code == NOT_FOUND;
  }

  /// The differing fields of an update/delta document.
  static Map<String, Object> delta(Map<String, Object> document) {
    return JsonText.object(document.get("state")).orElse(Map.of());
  }

  static long version(Map<String, Object> document) {
    return document.get("version") instanceof Long version ? version : 0;
  }

  static Optional<String> clientToken(Map<String, Object> document) {
    return document.get("clientToken") instanceof String token
        ? Optional.of(token)
        : Optional.empty();
  }

  /// An update of the reported part.
  static byte[] report(Map<String, Object> reported, String clientToken) {
    return JsonText.write(Map.of("state", Map.of("reported", reported), "clientToken", clientToken))
        .getBytes(StandardCharsets.UTF_8);
  }
}
