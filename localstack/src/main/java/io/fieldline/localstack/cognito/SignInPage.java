// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import io.fieldline.localstack.wire.WireResponse;

/// The page that asks for name and password: plain HTML, no script.
final class SignInPage {
  private SignInPage() {}

  /// @param problem shown above the form; empty for none
  static WireResponse of(int status, String problem, String username, boolean newPassword) {
    String html =
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sign in</title>
        <style>
        :root { color-scheme: light dark }
        [role=alert] { border: 1px solid; border-radius: 6px; padding: .5rem .8rem; \
        color: light-dark(#a3261b, #ff9a8f) }
        body { font: 16px system-ui, sans-serif; max-width: 22rem; margin: 12vh auto; padding: 0 1rem }
        label { display: block; margin: 1rem 0 }
        input { display: block; width: 100%; box-sizing: border-box; padding: .5rem; font: inherit }
        button { padding: .5rem 1.5rem; font: inherit }
        </style>
        </head>
        <body>
        <main>
        <h1>Sign in</h1>
        """
            + (problem.isEmpty() ? "" : "<p role=\"alert\">" + escaped(problem) + "</p>\n")
            + "<form method=\"post\">\n"
            + field("username", "Email", "text", "username", escaped(username))
            + field("password", "Password", "password", "current-password", "")
            + (newPassword
                ? field("new_password", "New password", "password", "new-password", "")
                : "")
            + "<button type=\"submit\">Sign in</button>\n</form>\n</main>\n</body>\n</html>\n";
    return hardened(WireResponse.text(status, "text/html; charset=utf-8", html));
  }

  static WireResponse problem(String problem) {
    String html =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign in</title><main>"
            + "<h1>Sign in is not possible</h1><p role=\"alert\">"
            + escaped(problem)
            + "</p></main></html>";
    return hardened(WireResponse.text(400, "text/html; charset=utf-8", html));
  }

  private static WireResponse hardened(WireResponse page) {
    return page.with("Cache-Control", "no-store")
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "no-referrer")
        .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  }

  private static String field(
      String name, String label, String type, String complete, String value) {
    return "<label>"
        + label
        + " <input name=\""
        + name
        + "\" type=\""
        + type
        + "\" autocomplete=\""
        + complete
        + "\" value=\""
        + value
        + "\" required></label>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
