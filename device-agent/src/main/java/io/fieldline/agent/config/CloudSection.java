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
    int colon = endpoint.indexOf(':');
    var cloud =
        new Cloud(
            colon < 0 ? endpoint : endpoint.substring(0, colon),
            port(section, endpoint),
            identity(section, "certificate", provisioned, "the thing's certificate, PEM"),
            identity(section, "key", provisioned, "its private key, PEM"),
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
        .whole("bulkBytesPerDay", 10_000, 1L << 40, "bytes", "the same of the lane bulk")
        .ifPresent(bytes -> limits.put(Lane.BULK, bytes));
    return limits;
  }

  private static Path identity(YamlSection section, String key, boolean provisioned, String what) {
    return provisioned
        ? section.requiredNewFile(key, what + "; provisioning makes it if it is not there")
        : section.requiredFile(key, what + "; provisioning makes it if it is not there");
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
