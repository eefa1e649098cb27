// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.AgentConfig.Cloud;
import io.fieldline.agent.config.AgentConfig.Https;
import io.fieldline.agent.config.AgentConfig.Proxy;
import io.fieldline.agent.config.AgentConfig.PublishLimit;
import io.fieldline.agent.config.AgentConfig.TelemetryPath;
import io.fieldline.agent.spool.Lane;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Reads `cloud`: where and how the agent connects.
final class CloudSection {
  private static final long DAY_MS = 86_400_000;
  private static final int MQTT_PORT = 8883;

  private CloudSection() {}

  /// @param provisioned whether certificate and key are made by the agent where they are not there
  static Cloud read(YamlSection section, boolean provisioned) {
    String endpoint =
        section.required(
            "endpoint",
            "[^:/\\s]+(:\\d{1,5})?",
            "host or host:port",
            "AWS IoT Core's data endpoint of the account; port 8883 unless it says");
    KeyPlace key = key(section, provisioned);
    int colon = endpoint.indexOf(':');
    var cloud =
        new Cloud(
            colon < 0 ? endpoint : endpoint.substring(0, colon),
            port(section, endpoint),
            certificate(section, key, provisioned),
            key,
            section.file("ca", "the operating system's", "root certificates to trust, PEM"),
            (int)
                section.whole(
                    "inFlight",
                    16,
                    1,
                    100,
                    "publishes",
                    "how many publishes may wait for their acknowledgement"),
            section.seconds(
                "keepAliveSeconds",
                30,
                5,
                1200,
                "time between pings; AWS IoT Core takes at least 30"),
            section.millis(
                "minBackoffMs",
                1000,
                10,
                DAY_MS,
                "first bound of the time between attempts to connect (full jitter)"),
            section.millis("maxBackoffMs", 120_000, 10, DAY_MS, "last bound of it"),
            section.choice(
                "path",
                TelemetryPath.BASIC_INGEST,
                "straight to the topic rule, or the plain topic where subscribers in the field"
                    + " need it"),
            section.flag(
                "compress",
                true,
                "whether batches go deflated, to the rule for that, where it saves a quarter; not"
                    + " with path: topic"),
            section.choice(
                "publishLimit",
                PublishLimit.AWS,
                "100 publishes a second, or none for accounts with raised limits and for benches"),
            section.millis(
                "connectSpreadMs",
                0,
                0,
                3_600_000,
                "a start waits a part of this, by the thing's name, before it connects: for fleets"
                    + " that all lose power at once"),
            proxy(section),
            https(section),
            bytesPerDay(section.remote()));
    section.end();
    return cloud;
  }

  private static Optional<Proxy> proxy(YamlSection section) {
    Optional<InetSocketAddress> address =
        section.address("proxy", "HTTP proxy to connect through (CONNECT)");
    String user = section.text("proxyUser", "name the proxy asks for").orElse("");
    String password = section.text("proxyPassword", "its password").orElse("");
    return address.map(at -> new Proxy(at, user, password));
  }

  private static Optional<Https> https(YamlSection section) {
    Optional<Duration> after =
        section.seconds(
            "httpsAfterSeconds",
            0,
            86_400,
            "with no MQTT session for so long, readings go over HTTPS; never by default");
    int port =
        (int)
            section.whole(
                "httpsPort",
                8443,
                1,
                65_535,
                "port",
                "where; 443 is told apart from MQTT by ALPN (x-amzn-http-ca)");
    return after.map(wait -> new Https(port, wait));
  }

  private static Map<Lane, Long> bytesPerDay(YamlSection section) {
    Map<Lane, Long> limits = new EnumMap<>(Lane.class);
    section
        .whole(
            "telemetryBytesPerDay",
            10_000,
            1L << 40,
            "bytes",
            "what the lane telemetry may send a day (UTC); the rest waits")
        .ifPresent(bytes -> limits.put(Lane.TELEMETRY, bytes));
    section
        .whole("windowBytesPerDay", 10_000, 1L << 40, "bytes", "the same of aggregates of windows")
        .ifPresent(bytes -> limits.put(Lane.WINDOW, bytes));
    section
        .whole("bulkBytesPerDay", 10_000, 1L << 40, "bytes", "the same of the lane bulk")
        .ifPresent(bytes -> limits.put(Lane.BULK, bytes));
    return limits;
  }

  /// What provisioning or a token brings need not be there yet.
  private static Path certificate(YamlSection section, KeyPlace key, boolean provisioned) {
    String what =
        "the thing's certificate, PEM; provisioning makes it if it is not there, and a certificate in"
            + " a token is copied to it";
    boolean comes =
        provisioned || (key instanceof KeyPlace.InToken token && token.certificate().isPresent());
    return comes
        ? section.requiredNewFile("certificate", what)
        : section.requiredFile("certificate", what);
  }

  /// Where a key is.
  private enum Kind {
    FILE,
    TOKEN
  }

  private static KeyPlace key(YamlSection section, boolean provisioned) {
    Kind kind =
        section.choice(
            "keyIn", Kind.FILE, "file: key names it; token: it is in a chip, as pkcs11 says");
    YamlSection pkcs11 = section.section("pkcs11");
    Optional<KeyPlace> token =
        kind == Kind.TOKEN || pkcs11.isPresent() ? Optional.of(token(pkcs11)) : Optional.empty();
    if (kind == Kind.TOKEN && token.isPresent()) {
      if (section.has("key")) {
        section.problem("key", "no file expected where keyIn is token");
      }
      return token.get();
    }
    String what = "its private key, PEM; provisioning makes it if it is not there";
    return new KeyPlace.InFile(
        provisioned ? section.requiredNewFile("key", what) : section.requiredFile("key", what));
  }

  private static KeyPlace token(YamlSection section) {
    var token =
        new KeyPlace.InToken(
            section.requiredFile("library", "the maker's PKCS #11 library"),
            section.required(
                "token", "[^\\p{Cntrl}]{1,32}", "1 to 32 characters", "label of the token"),
            section.required(
                "key",
                "[^\\p{Cntrl}]{1,64}",
                "1 to 64 characters",
                "label of the private key in it; provisioning makes it if it is not there"),
            section.requiredFile("pinFile", "file whose first line is the user's PIN"),
            section.text(
                "certificate",
                "text",
                "none",
                "label of the certificate in it, in place of a file"),
            section.seconds(
                "restartAfterSeconds",
                300,
                1,
                86_400,
                "without the token for so long, the agent starts anew and looks for it again"));
    section.end();
    return token;
  }

  private static int port(YamlSection section, String endpoint) {
    int colon = endpoint.indexOf(':');
    if (colon < 0) {
      return MQTT_PORT;
    }
    int port =
        endpoint.matches(".*:\\d{1,5}") ? Integer.parseInt(endpoint.substring(colon + 1)) : 0;
    if (port < 1 || port > 65_535) {
      section.problem("endpoint", "a port from 1 to 65535 expected, got " + endpoint);
    }
    return port;
  }
}
