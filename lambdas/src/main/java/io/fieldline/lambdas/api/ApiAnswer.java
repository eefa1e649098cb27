// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// An answer of the HTTP API.
///
/// @param status the HTTP status
/// @param contentType of the body
/// @param body its members
public record ApiAnswer(int status, String contentType, Map<String, Object> body) {
  /// An answer of a route: a JSON object.
  public ApiAnswer(int status, Map<String, Object> body) {
    this(status, "application/json", body);
  }

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
            Map.of("content-type", contentType, "cache-control", "no-store"),
            "body",
            new String(JsonObject.write(body), StandardCharsets.UTF_8)));
  }
}
