// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// An answer of the HTTP API.
///
/// @param status the HTTP status
/// @param body its members
public record ApiAnswer(int status, Map<String, Object> body) {
  /// The answer 200.
  public static ApiAnswer ok(Map<String, Object> body) {
    return new ApiAnswer(200, body);
  }

  byte[] toBytes() {
    return JsonObject.write(
        Map.of(
            "statusCode",
            status,
            "headers",
            Map.of("content-type", "application/json", "cache-control", "no-store"),
            "body",
            new String(JsonObject.write(body), StandardCharsets.UTF_8)));
  }
}
