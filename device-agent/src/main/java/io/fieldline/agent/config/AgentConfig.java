// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.edge.EdgeRule;
import io.fieldline.agent.log.LogSettings;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.SpoolLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that the agent is told. A source that is switched off is empty.
///
/// @param thing thing name, which is also the MQTT client identifier
/// @param stage stage of the deployment, part of the rule's name
/// @param trustsMachineClock whether the machine's clock is right whatever the kernel says of it
/// @param folder where spool, ledger and dead letters are kept
/// @param control the socket at which agentctl reaches the agent
public record AgentConfig(
    String thing,
    String stage,
    Path folder,
    boolean trustsMachineClock,
    Optional<Provisioning> provisioning,
    Cloud cloud,
    SpoolLimits spool,
    Optional<Tcp> tcp,
    List<TcpClient> tcpClients,
    Optional<Http> http,
    Optional<Mqtt> mqtt,
    Optional<Machine> machine,
    List<Simulated> simulated,
    List<SourceConfig> sources,
    ChildrenConfig children,
    Optional<ListenerTls> listenerTls,
    List<EdgeRule> edge,
    List<ActuatorConfig> actuators,
    Optional<InetSocketAddress> metrics,
    LogSettings log,
    Optional<Path> control,
    Optional<JobsConfig> jobs) {

  /// Copies the lists.
  public AgentConfig {
    tcpClients = List.copyOf(tcpClients);
    simulated = List.copyOf(simulated);
    sources = List.copyOf(sources);
    edge = List.copyOf(edge);
    actuators = List.copyOf(actuators);
  }

  /// Whether the thing has a name: a new device may get it by provisioning.
  public boolean isNamed() {
    return !thing.equals(ConfigFile.UNNAMED);
  }

  /// Where telemetry goes.
  public enum TelemetryPath {
    /// Straight to the topic rule, which costs less.
    BASIC_INGEST,
    /// The plain topic, where subscribers in the field need it.
    TOPIC
  }

  /// How fast the uplink may publish.
  public enum PublishLimit {
    /// AWS IoT Core's default limits for one connection: 100 publishes a second.
    AWS,
    /// As fast as the window allows, for accounts with raised limits and for benches.
    NONE
  }

  /// The connection to AWS IoT Core.
  ///
  /// @param host endpoint's host name, also checked against its certificate
  /// @param ca file with the root certificates to trust; empty for the operating system's
  /// @param compress whether batches may go deflated
  /// @param inFlight how many publishes may wait for their acknowledgement
  /// @param connectSpread a start waits a part of this time, by its name, before it connects
  /// @param https the way out where MQTT is blocked
  /// @param bytesPerDay what a lane may send a day; lanes that are not in it send what they have
  public record Cloud(
      String host,
      int port,
      Path certificate,
      KeyPlace key,
      Optional<Path> ca,
      int inFlight,
      Duration keepAlive,
      Duration minBackoff,
      Duration maxBackoff,
      TelemetryPath path,
      boolean compress,
      PublishLimit limit,
      Duration connectSpread,
      Optional<Proxy> proxy,
      Optional<Https> https,
      Map<Lane, Long> bytesPerDay) {
    /// Copies the map.
    public Cloud {
      bytesPerDay = Map.copyOf(bytesPerDay);
    }

    /// Whether batches go deflated where that pays: not on the plain topic, which others read.
    public boolean deflates() {
      return compress && path == TelemetryPath.BASIC_INGEST;
    }

    /// The same connection as somebody else, at once.
    public Cloud as(Path otherCertificate, KeyPlace otherKey) {
      return new Cloud(
          host,
          port,
          otherCertificate,
          otherKey,
          ca,
          inFlight,
          keepAlive,
          minBackoff,
          maxBackoff,
          path,
          compress,
          limit,
          Duration.ZERO,
          proxy,
          https,
          bytesPerDay);
    }
  }

  /// How a new device comes by its own certificate.
  ///
  /// @param certificate the claim that all devices of a kind share, and its key
  /// @param parameters what the template asks for; a value `@FILE` is that file's first line
  /// @param thing the name that provisioning gave; empty before
  public record Provisioning(
      Path certificate,
      Path key,
      String template,
      KeyOrigin keyOrigin,
      Map<String, String> parameters,
      Optional<String> thing) {
    /// Copies the map.
    public Provisioning {
      parameters = Map.copyOf(parameters);
    }
  }

  /// Who makes a device's private key.
  public enum KeyOrigin {
    /// The device, which keeps it.
    CSR,
    /// AWS, which sends it once.
    KEYS_BY_AWS
  }

  /// An HTTP proxy between the agent and the cloud.
  ///
  /// @param address looked up at each attempt
  /// @param user empty where it asks for none
  public record Proxy(InetSocketAddress address, String user, String password) {}

  /// Publishing over HTTPS.
  ///
  /// @param after how long there must have been no MQTT session
  public record Https(int port, Duration after) {}

  /// The TCP listener.
  ///
  /// @param device whose readings they are unless the message names a device
  /// @param tls whether it speaks TLS
  /// @param stalledAfter how long none may come before that is an alarm; zero for ever
  public record Tcp(
      InetSocketAddress listen,
      boolean tls,
      String device,
      Framing framing,
      int maxLineBytes,
      int maxConnections,
      Duration idleTimeout,
      Duration stalledAfter) {}

  /// A sensor that is a TCP server itself.
  ///
  /// @param connect its address, looked up at each attempt
  /// @param device whose readings they are unless the line names a device
  /// @param greeting what it is told after each connect; empty for nothing
  /// @param answers whether each line is answered, as it is to sensors that connect
  /// @param idleTimeout a connection that is silent for so long is made anew
  /// @param stalledAfter how long no reading may come before that is an alarm; zero for ever
  public record TcpClient(
      InetSocketAddress connect,
      String device,
      String greeting,
      boolean answers,
      Framing framing,
      int maxLineBytes,
      Duration idleTimeout,
      Duration stalledAfter) {}

  /// The HTTP listener.
  public record Http(
      InetSocketAddress listen,
      boolean tls,
      String device,
      int maxBodyBytes,
      Duration stalledAfter) {}

  /// The local MQTT listener.
  public record Mqtt(
      InetSocketAddress listen,
      boolean tls,
      int maxPayloadBytes,
      List<MqttPreset> presets,
      List<TopicMapping> mappings,
      Duration stalledAfter) {
    /// Copies the lists.
    public Mqtt {
      presets = List.copyOf(presets);
      mappings = List.copyOf(mappings);
    }
  }

  /// How a topic of a foreign kind becomes device and sensor.
  ///
  /// @param filter words between slashes; `{device}` and `{sensor}` stand for one word, `+` for any
  /// @param payload what the message holds
  public record TopicMapping(String filter, Payload payload) {
    /// What a mapped message holds.
    public enum Payload {
      /// One number or truth value.
      VALUE,
      /// A JSON object whose numbers are sensors; texts are left out.
      JSON
    }
  }

  /// The machine's own sensors.
  public record Machine(String device, Path root, Duration every, Duration stalledAfter) {}

  /// One simulated sensor: a sine around a mean, with noise.
  public record Simulated(
      String device,
      String sensor,
      String unit,
      double mean,
      double swing,
      Duration period,
      double noise,
      Duration every) {}
}
