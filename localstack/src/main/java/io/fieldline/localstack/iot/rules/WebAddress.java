// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/// Where an HTTP action may send to.
///
/// Source: AWS IoT developer guide, "HTTP" and "AWS IoT Core quotas": HTTPS on port 443 or 8443, no
/// IPv6 address, at most 2,000 characters. This stack also takes `http://` and any port of
/// 127.0.0.1 and localhost.
final class WebAddress {
  private static final int MAX_LENGTH = 2_000;
  private static final Set<Integer> PORTS = Set.of(-1, 443, 8443);
  private static final Set<String> OWN_MACHINE = Set.of("127.0.0.1", "localhost");

  private WebAddress() {}

  /// What is wrong with an address, if anything.
  static Optional<String> problem(String url) {
    if (url.length() > MAX_LENGTH) {
      return Optional.of("expected at most 2,000 characters, got " + url.length());
    }
    URI address;
    try {
      address = new URI(url);
    } catch (URISyntaxException e) {
      return Optional.of("no URL: " + e.getMessage());
    }
    var scheme = String.valueOf(address.getScheme());
    var host = address.getHost();
    boolean web = scheme.equals("https") || scheme.equals("http");
    if (!web || host == null || host.startsWith("[")) {
      return Optional.of("expected https:// and a host that is no IPv6 address, got " + url);
    }
    if (OWN_MACHINE.contains(host)) {
      return Optional.empty();
    }
    return scheme.equals("https") && PORTS.contains(address.getPort())
        ? Optional.empty()
        : Optional.of(
            "expected https:// on port 443 or 8443 (http:// on this machine only: 127.0.0.1 and"
                + " localhost), got "
                + url);
  }
}
