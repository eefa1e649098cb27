// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Why a request was not done.
///
/// Source: RFC 9457; where the type is `about:blank`, the title is the status in words.
///
/// @param status the HTTP status
/// @param detail what was expected, what came and where
record Problem(int status, String detail) {
  /// @param requestId under which the request is in the log, if it has one
  ApiAnswer answer(Optional<String> requestId) {
    var members = new LinkedHashMap<String, Object>();
    members.put("type", "about:blank");
    members.put("title", title());
    members.put("status", status);
    members.put("detail", detail);
    requestId.ifPresent(id -> members.put("requestId", id));
    return new ApiAnswer(status, Map.of("content-type", "application/problem+json"), members);
  }

  // Source: IANA, HTTP Status Code Registry.
  private String title() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 422 -> "Unprocessable Content";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      default -> throw new IllegalStateException("no title for status " + status);
    };
  }
}
