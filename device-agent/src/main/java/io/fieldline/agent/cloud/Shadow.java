// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// What the messages of a shadow hold. Source: AWS IoT Core developer guide, "Device Shadow service
/// documents".
final class Shadow {
  private Shadow() {}

  /// A part of a get/accepted document, `desired` or `reported`; empty if there is none.
  static Map<String, Object> part(Map<String, Object> document, String name) {
    return JsonText.object(document.get("state"))
        .flatMap(state -> JsonText.object(state.get(name)))
        .orElse(Map.of());
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
