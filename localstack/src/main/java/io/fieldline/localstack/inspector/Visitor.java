// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import io.fieldline.localstack.wire.WireRequest;
import java.util.Locale;
import java.util.regex.Pattern;

/// Who may look and change: programs of this machine, and pages of the stack itself. A page from
/// elsewhere, open in the same browser, may neither, whatever name it has itself resolved to.
final class Visitor {
  /// Names that no foreign server can have: an address, or below localhost.
  private static final Pattern OWN_HOST =
      Pattern.compile("(?:[a-z0-9-]+\\.)*localhost|[0-9.]+|\\[[0-9a-f:.]+]");

  private Visitor() {}

  /// @param host without port, lower case
  static void mayLook(String host) {
    if (!OWN_HOST.matcher(host).matches()) {
      throw new Refusal(403, "expected the Host localhost or an address, got " + host);
    }
  }

  static void mayChange(WireRequest request) {
    String own = request.header("host").orElse("").toLowerCase(Locale.ROOT);
    String origin = request.header("origin").orElse("");
    boolean same = origin.equals("http://" + own) || origin.equals("https://" + own);
    if (!origin.isEmpty() && !same) {
      throw new Refusal(403, "expected no Origin or the stack's own, got " + origin);
    }
    // A form of another page cannot send this type.
    String type = request.header("content-type").orElse("none").split(";")[0].strip();
    if (!type.equalsIgnoreCase("application/json")) {
      throw new Refusal(403, "expected Content-Type application/json, got " + type);
    }
  }
}
