// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.ChildrenConfig.Child;
import io.fieldline.agent.config.ChildrenConfig.Terms;
import io.fieldline.agent.config.ChildrenConfig.Unknown;
import io.fieldline.agent.config.ListenerTls.ClientCertificates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads who the devices behind the agent are, and the TLS that they may speak to it.
final class ChildrenSection {
  private static final long WEEK_MS = 604_800_000;

  private ChildrenSection() {}

  static ChildrenConfig read(YamlSection section, String thing) {
    Unknown unknown =
        section.choice(
            "unknown", Unknown.ACCEPT, "whether devices that are not listed may send readings");
    Terms terms = terms(section, Terms.NONE);
    List<Child> children = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlSection device : section.list("devices")) {
      Child child = child(device, thing, terms);
      if (!seen.add(child.device())) {
        device.problem("device", "a device that is listed once expected, this one is listed twice");
      }
      child
          .token()
          .filter(token -> !seen.add("token " + token))
          .ifPresent(_ -> device.problem("token", "a token of its own expected for each device"));
      children.add(child);
      device.end();
    }
    section.end();
    return new ChildrenConfig(unknown, terms, children);
  }

  private static Child child(YamlSection section, String thing, Terms byDefault) {
    String device = section.requiredDevice(thing, "the device behind the agent");
    Optional<String> token =
        section.text(
            "token",
            "16 to 256 printable characters",
            "none",
            "what it shows: Bearer over HTTP, 'token ...' over TCP, the password over MQTT");
    if (token.isPresent() && !token.get().matches("[!-~]{16,256}")) {
      section.problem(
          "token",
          "16 to 256 printable characters without spaces expected, got "
              + token.get().length()
              + " characters");
    }
    Optional<String> certificate =
        section
            .text(
                "certificate",
                "SHA-256 of a certificate in hexadecimal",
                "none",
                "what it shows instead over TLS; openssl x509 -fingerprint -sha256 tells it")
            .map(text -> text.replace(":", "").toLowerCase(Locale.ROOT));
    if (certificate.isPresent() && !certificate.get().matches("[0-9a-f]{64}")) {
      section.problem("certificate", "64 hexadecimal digits expected, with or without colons");
    }
    return new Child(device, token, certificate, terms(section, byDefault));
  }

  private static Terms terms(YamlSection section, Terms byDefault) {
    double perSecond =
        section.number(
            "readingsPerSecond",
            byDefault.readingsPerSecond(),
            "how many it may send in the long run; 0 for any number");
    if (perSecond < 0) {
      section.problem("readingsPerSecond", "0 or more expected, got " + perSecond);
    }
    int burst =
        (int)
            section.whole(
                "burst",
                byDefault.burst() == 0 ? 100 : byDefault.burst(),
                1,
                1_000_000,
                "readings",
                "how many at once after a pause");
    Duration offlineAfter =
        section.millis(
            "offlineAfterMs",
            byDefault.offlineAfter().toMillis(),
            0,
            WEEK_MS,
            "a device that is silent for so long counts as offline; 0: never");
    return new Terms(perSecond, burst, offlineAfter);
  }

  static Optional<ListenerTls> tls(YamlSection section) {
    if (!section.isPresent()) {
      return Optional.empty();
    }
    var tls =
        new ListenerTls(
            section.requiredFile("certificate", "the listeners' certificate and its chain, PEM"),
            section.requiredFile("key", "its private key, PEM, PKCS#8"),
            section.choice(
                "clientCertificates",
                ClientCertificates.WANTED,
                "whether sensors must show a certificate that children.devices lists"));
    section.end();
    return Optional.of(tls);
  }
}
