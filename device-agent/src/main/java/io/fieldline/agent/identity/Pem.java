// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Binary things as text. Source: RFC 7468.
final class Pem {
  private Pem() {}

  static String text(String label, byte[] der) {
    byte[] newLine = "\n".getBytes(StandardCharsets.US_ASCII);
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, newLine).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /// What is between the first such pair of lines.
  ///
  /// @throws IllegalArgumentException if there is none
  static byte[] bytes(String label, String text) {
    String begin = "-----BEGIN " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("'" + begin + "' expected");
    }
    return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
  }
}
