// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.util.Locale;
import java.util.Map;

/// One file of the app as it lies in its bucket.
///
/// @param key its path within the site
/// @param content its bytes
record SiteFile(String key, byte[] content) {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("webp", "image/webp"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("webmanifest", "application/manifest+json"));

  String contentType() {
    var ending = key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(ending, "application/octet-stream");
  }

  /// Files under `assets/` carry a hash of their content in their name and never change.
  String cacheControl() {
    return key.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  }
}
