// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import java.net.URI;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserPoolClientType;

/// Where a client may send people back to: absolute, without a fragment, https except on this
/// machine.
///
/// Source: Cognito API Reference, "CreateUserPoolClient", CallbackURLs. Assumed: the words of the
/// errors, but for the one on http.
final class RedirectUrls {
  private static final int MOST = 100;
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private RedirectUrls() {}

  static UserPoolClientType checked(UserPoolClientType client) {
    check("callbackURLs", client.callbackURLs());
    check("logoutURLs", client.logoutURLs());
    return client;
  }

  private static void check(String member, List<String> urls) {
    if (urls.size() > MOST) {
      throw CognitoFailures.invalid(
          member + ": expected at most " + MOST + " URLs, got " + urls.size());
    }
    urls.forEach(RedirectUrls::check);
  }

  private static void check(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException _) {
      throw CognitoFailures.invalid(text + " is not a valid URL.");
    }
    if (!url.isAbsolute()) {
      throw CognitoFailures.invalid(text + " is not an absolute URL.");
    }
    if (url.getRawFragment() != null) {
      throw CognitoFailures.invalid(text + " cannot include a fragment.");
    }
    if ("http".equals(url.getScheme()) && !THIS_MACHINE.contains(String.valueOf(url.getHost()))) {
      throw CognitoFailures.invalid(text + " cannot use the HTTP protocol.");
    }
  }
}
