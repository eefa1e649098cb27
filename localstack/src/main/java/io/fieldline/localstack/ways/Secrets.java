// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.util.regex.Pattern;

/// Passwords, tokens and keys in JSON, by the names under which they go around here: sign-in,
/// headers of requests, credentials of roles, certificates of new devices. Also of JSON that is the
/// text of a JSON string, as bodies of requests and messages are.
final class Secrets {
  /// Group 1 is what comes before the value, group 2 what the quotes around are escaped with.
  /// Within the value twice as many backslashes and two are one of its own; fewer escape what
  /// follows.
  private static final Pattern NAMED =
      Pattern.compile(
          "((\\\\*)\"(?:[a-z-]*authorization|cookies?|set-cookie|[a-z-]*password|token|id_?token|access_?token"
              + "|refresh_?token|secret_?access_?key|session_?token|private_?key"
              + "|certificate_?ownership_?token|x-amz-security-token|client_?secret)\\2\"\\s*:\\s*)"
              + "(?:\\2\"(?:\\2\\2\\\\\\\\|[^\"\\\\]|(?!\\2\")\\\\++.)*+(?:\\2\"|\\\\*+$|(?=\"))"
              + "|\\[[^\\]]*+(?:\\]|$))",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private Secrets() {}

  /// The text, with three asterisks in place of each of them. What was cut in the middle of one
  /// shows nothing of it.
  static String masked(String text) {
    return text.indexOf('"') < 0 ? text : NAMED.matcher(text).replaceAll("$1$2\"***$2\"");
  }
}
