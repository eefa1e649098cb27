// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// An answer of the HTTP API.
///
/// @param status the HTTP status
/// @param headers by their names in lower case
/// @param body as it is sent
public record ApiAnswer(int status, Map<String, String> headers, String body) {
  /// An answer that is a JSON object, with headers that tell so.
  ApiAnswer(int status, Map<String, String> headers, Map<String, Object> body) {
    this(status, headers, new String(JsonObject.write(body), StandardCharsets.UTF_8));
  }

  /// An answer of a route: a JSON object.
  public ApiAnswer(int status, Map<String, Object> body) {
    this(status, Map.of("content-type", "application/json"), body);
  }

  /// The answer 200.
  public static ApiAnswer ok(Map<String, Object> body) {
    return new ApiAnswer(200, body);
  }

  /// The same with the ETag of what it shows.
  public ApiAnswer tagged(String etag) {
    var all = new HashMap<>(headers);
    all.put("etag", etag);
    return new ApiAnswer(status, all, body);
  }

  byte[] toBytes() {
    var all = new HashMap<>(headers);
    all.put("cache-control", "no-store");
    return JsonObject.write(Map.of("statusCode", status, "headers", all, "body", body));
  }
}
