// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import java.util.regex.Pattern;

/// Addresses of this stack as templates write them and as browsers use them.
///
/// A template writes {@code https://} before a distribution's domain name. Here that domain is
/// under {@code localhost}, where browsers need no TLS to trust a page, so http is served; an
/// address that allows the one allows the other.
public final class LocalOrigin {
  private static final Pattern LOCAL =
      Pattern.compile("https://([a-z0-9-]+\\.)*localhost(:\\d+)?(/.*)?");

  private LocalOrigin() {}

  /// Whether what was configured is what the browser uses.
  public static boolean same(String configured, String used) {
    return configured.equals(used)
        || LOCAL.matcher(configured).matches()
            && used.startsWith("http://")
            && configured.substring("https://".length()).equals(used.substring("http://".length()));
  }
}
