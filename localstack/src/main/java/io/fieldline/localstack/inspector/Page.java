// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The files of the inspector's page, from the jar.
final class Page {
  static final String PATH = "/_local/inspector";

  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9]+(?:-[a-z0-9]+)*/)*[a-z0-9]+(?:-[a-z0-9]+)*\\.([a-z0-9]+)");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Page() {}

  /// @param path below which the page is
  static Optional<WireResponse> file(String path) throws IOException {
    String rest = path.substring(PATH.length());
    String name = rest.isEmpty() || rest.equals("/") ? "index.html" : rest.substring(1);
    var matched = NAME.matcher(name);
    String type = matched.matches() ? TYPES.get(matched.group(1)) : null;
    if (type == null) {
      return Optional.empty();
    }
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return in == null
          ? Optional.empty()
          : Optional.of(
              WireResponse.of(200, type, in.readAllBytes())
                  .with("Content-Security-Policy", POLICY)
                  .with("X-Content-Type-Options", "nosniff")
                  .with("Referrer-Policy", "no-referrer")
                  .with("Cache-Control", "no-cache"));
    }
  }
}
