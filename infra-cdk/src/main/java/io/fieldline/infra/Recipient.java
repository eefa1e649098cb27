// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import java.net.URI;
import java.net.URISyntaxException;

/// Who is told of the alarms of devices.
///
/// Source: Amazon SNS API Reference, Subscribe: protocols and what their endpoints are.
///
/// @param protocol `email`, `sms`, `https` or `http`
/// @param endpoint an address, a number in the form of E.164, or a URL
public record Recipient(String protocol, String endpoint) {

  /// The recipient that a configuration names: `mailto:`, `sms:` or the URL of a webhook.
  static Recipient of(String text) {
    try {
      var uri = new URI(text);
      var rest = uri.getSchemeSpecificPart();
      switch (String.valueOf(uri.getScheme())) {
        case "mailto" -> {
          if (rest.matches("[^@\\s]+@[^@\\s]+")) {
            return new Recipient("email", rest);
          }
        }
        case "sms" -> {
          if (rest.matches("\\+[1-9]\\d{1,14}")) {
            return new Recipient("sms", rest);
          }
        }
        case "https" -> {
          if (uri.getHost() != null) {
            return new Recipient("https", text);
          }
        }
        case "http" -> {
          if ("127.0.0.1".equals(uri.getHost()) || "localhost".equals(uri.getHost())) {
            return new Recipient("http", text);
          }
        }
        default -> {}
      }
    } catch (URISyntaxException e) {
      // No address: refused below.
    }
    throw new InvalidConfigException(
        "tellAlarmsTo: expected mailto:<address>, sms:+<number>, https://<host>… or http on"
            + " localhost or 127.0.0.1; got '"
            + text
            + "'");
  }
}
