// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.util.regex.Pattern;

/// Passwords, tokens and keys in JSON, by the names under which they go around here: sign-in,
/// headers of requests, credentials of roles, certificates of new devices.
final class Secrets {
  private static final Pattern NAMED =
      Pattern.compile(
          "(\"(?:[a-z-]*authorization|cookies?|set-cookie|[a-z-]*password|token|id_?token|access_?token"
              + "|refresh_?token|secret_?access_?key|session_?token|private_?key"
              + "|certificate_?ownership_?token|x-amz-security-token|client_?secret)\"\\s*:\\s*)"
              + "(?:\"(?:[^\"\\\\]|\\\\.)*(?:\"|\\\\?$)|\\[[^\\]]*(?:\\]|$))",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /// The text, with three asterisks in place of each of them. What was cut in the middle of one
  /// shows nothing of it.
  static String masked(String text) {
    return text.indexOf('"') < 0 ? text : NAMED.matcher(text).replaceAll("$1\"***\"");
  }
}
