// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.agent.doctor.IdentityChecks.Identity;
import java.io.IOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;

/// Walks the way of a reading from the configuration to the broker, and stops to explain where it
/// breaks.
public final class Doctor {
  /// What the AWS IoT Device SDK names in TLS. Source: AWS IoT Core Developer Guide, "Device
  /// communication protocols".
  private static final String MQTT = "x-amzn-mqtt-ca";

  private final Options options;
  private final Clock clock;
  private final Map<String, String> environment;

  /// How it goes about it.
  ///
  /// @param patience how long each answer of the network is waited for
  /// @param takeOver whether it connects although an agent of the thing runs, which then loses its
  ///   session for a moment
  /// @param httpsPort where the endpoint's time is asked for
  public record Options(Duration patience, boolean takeOver, int httpsPort) {
    /// As a person would want it.
    public static final Options USUAL = new Options(Duration.ofSeconds(10), false, 8443);
  }

  /// A doctor with that clock, the machine's, and those environment variables.
  public Doctor(Options options, Clock clock, Map<String, String> environment) {
    this.options = options;
    this.clock = clock;
    this.environment = Map.copyOf(environment);
  }

  /// Examines the agent of that configuration file; each finding is shown as it comes.
  public List<Finding> examine(Path file, Consumer<Finding> show) {
    var findings = new Findings(show);
    configuration(file, findings).ifPresent(config -> examine(config, findings));
    return findings.all();
  }

  private static Optional<AgentConfig> configuration(Path file, Findings findings) {
    String tried = "read " + file;
    try {
      AgentConfig config = ConfigFile.read(file);
      findings.ok("configuration", tried, "valid: thing " + config.thing());
      return Optional.of(config);
    } catch (ConfigException e) {
      findings.failed(
          "configuration",
          tried,
          String.join("; ", e.problems()),
          new Advice(
              "the agent does not start with this file",
              "change what is named; docs/reference/agent-configuration.md has every key"));
      return Optional.empty();
    }
  }

  private void examine(AgentConfig config, Findings findings) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    new FolderChecks(config, findings).check();
    Optional<Identity> identity = new IdentityChecks(config.cloud(), findings).check(now);
    try {
      examine(config, identity, now, findings);
    } finally {
      identity.ifPresent(Identity::close);
    }
  }

  private void examine(
      AgentConfig config, Optional<Identity> identity, Instant now, Findings findings) {
    AgentConfig.Cloud cloud = config.cloud();
    var way = new Way(cloud.proxy(), options.patience());
    Optional<Socket> tcp =
        cloud.proxy().isPresent()
            ? new ProxyCheck(way, findings).check(cloud.host(), cloud.port())
            : new NetworkChecks(cloud.host(), cloud.port(), options.patience(), findings)
                .check(environment);
    if (identity.isEmpty() || tcp.isEmpty()) {
      findings.skipped(
          "tls", identity.isEmpty() ? "there is no key pair" : "there is no connection");
      findings.skipped("mqtt", "there is no TLS connection");
      return;
    }
    Optional<SSLSocket> tls =
        new TlsChecks(cloud, options.patience(), findings)
            .check(tcp.get(), identity.get(), MQTT, now);
    new ClockCheck(cloud.host(), options.httpsPort(), way, clock, findings).check(identity.get());
    if (tls.isEmpty()) {
      findings.skipped("mqtt", "there is no TLS connection to trust");
    } else if (!options.takeOver() && agentRuns(config)) {
      close(tls.get());
      findings.skipped(
          "mqtt",
          "an agent runs as this thing, and would lose its session: agentctl status tells about its"
              + " connection, --take-over tries all the same");
    } else {
      new MqttChecks(config, identity.get().certificate().id(), findings).check(tls.get(), now);
    }
  }

  private static boolean agentRuns(AgentConfig config) {
    if (config.control().isEmpty()) {
      return false;
    }
    try (SocketChannel agent =
        SocketChannel.open(UnixDomainSocketAddress.of(config.control().get()))) {
      return agent.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing was said over it.
    }
  }
}
