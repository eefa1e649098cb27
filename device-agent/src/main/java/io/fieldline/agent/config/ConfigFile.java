// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.AgentConfig.Cloud;
import io.fieldline.agent.config.AgentConfig.Http;
import io.fieldline.agent.config.AgentConfig.Machine;
import io.fieldline.agent.config.AgentConfig.Mqtt;
import io.fieldline.agent.config.AgentConfig.PublishLimit;
import io.fieldline.agent.config.AgentConfig.Simulated;
import io.fieldline.agent.config.AgentConfig.Tcp;
import io.fieldline.agent.config.AgentConfig.TcpClient;
import io.fieldline.agent.config.AgentConfig.TelemetryPath;
import io.fieldline.agent.config.AgentConfig.TopicMapping;
import io.fieldline.agent.spool.SpoolLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads the configuration file. `src/main/dist/agent.yaml` shows every key.
public final class ConfigFile {
  /// What may be a thing, device or actuator name. Source: AWS IoT Core, CreateThing, thingName.
  public static final String NAME = "[a-zA-Z0-9:_-]{1,128}";

  static final String NAME_EXPECTED = "1 to 128 letters, digits, ':', '_' or '-'";
  private static final long DAY_MS = 86_400_000;

  private final Path file;
  private final Path base;
  private final List<String> problems = new ArrayList<>();
  private String thing = "";

  private ConfigFile(Path file) {
    this.file = file;
    Path parent = file.toAbsolutePath().getParent();
    this.base = parent == null ? file.toAbsolutePath() : parent;
  }

  /// The configuration of a file; relative paths in it are relative to its folder.
  ///
  /// @throws ConfigException naming every problem
  public static AgentConfig read(Path file) throws ConfigException {
    var reader = new ConfigFile(file);
    AgentConfig config = reader.root(reader.compose());
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(reader.problems);
    }
    return config;
  }

  private Optional<Node> compose() throws ConfigException {
    try {
      var settings = LoadSettings.builder().setLabel(file.toString()).build();
      return new Compose(settings).composeString(Files.readString(file));
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
              .orElse("");
      throw new ConfigException(List.of(file + where + ": YAML expected: " + e.getProblem()));
    } catch (YamlEngineException | CharacterCodingException e) {
      throw new ConfigException(List.of(file + ": YAML expected: " + e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new ConfigException(List.of(file + ": a configuration file expected, none is there"));
    } catch (IOException e) {
      throw new ConfigException(List.of(file + ": cannot be read: " + e));
    }
  }

  private AgentConfig root(Optional<Node> node) {
    var root = new YamlSection(file, "", node, problems);
    thing = root.text("thing", NAME, NAME_EXPECTED, Optional.empty());
    String stage =
        root.text(
            "stage", "[a-z][a-z0-9]{0,15}", "lower case letters and digits", Optional.of("dev"));
    Path folder = path(root, "folder", Optional.of("data"));
    Set<String> allowed = new HashSet<>(root.texts("allowedPrograms"));
    Optional<Mqtt> mqtt = mqtt(root.section("mqtt"));
    List<ActuatorConfig> actuators =
        new ActuatorSections(thing, allowed).read(root.section("actuators").named());
    if (mqtt.isEmpty() && actuators.stream().anyMatch(ActuatorConfig.Mqtt.class::isInstance)) {
      root.problemAt("actuators", "actuators of type mqtt expect 'mqtt.enabled' to be true");
    }
    var config =
        new AgentConfig(
            thing,
            stage,
            folder,
            cloud(root.section("cloud")),
            spool(root.section("spool"), root.section("batch")),
            tcp(root.section("tcp"), thing),
            tcpClients(root.list("tcpClients"), thing),
            http(root.section("http"), thing),
            mqtt,
            machine(root.section("machine"), thing),
            simulated(root.list("simulator"), thing),
            new EdgeSections(thing).read(root.list("edge")),
            actuators,
            metrics(root.section("metrics")));
    root.end();
    return config;
  }

  private Path path(YamlSection section, String key, Optional<String> byDefault) {
    return base.resolve(section.text(key, "(?s).+", "a path", byDefault)).normalize();
  }

  private Cloud cloud(YamlSection section) {
    String endpoint =
        section.text("endpoint", "[^:/\\s]+(:\\d{1,5})?", "host or host:port", Optional.empty());
    int colon = endpoint.indexOf(':');
    int port = colon < 0 ? 8883 : Integer.parseInt(endpoint.substring(colon + 1));
    if (port < 1 || port > 65_535) {
      section.problemAt(
          "endpoint", "'cloud.endpoint': a port from 1 to 65535 expected, got " + port);
    }
    var cloud =
        new Cloud(
            colon < 0 ? endpoint : endpoint.substring(0, colon),
            port,
            existing(section, "certificate"),
            existing(section, "key"),
            section.text("ca").isPresent()
                ? Optional.of(existing(section, "ca"))
                : Optional.empty(),
            (int) section.whole("inFlight", 16, 1, 100, "publishes"),
            Duration.ofSeconds(section.whole("keepAliveSeconds", 30, 5, 1200, "seconds")),
            Duration.ofMillis(section.whole("minBackoffMs", 1000, 10, DAY_MS, "milliseconds")),
            Duration.ofMillis(section.whole("maxBackoffMs", 120_000, 10, DAY_MS, "milliseconds")),
            section.choice("path", TelemetryPath.BASIC_INGEST),
            section.choice("publishLimit", PublishLimit.AWS));
    section.end();
    return cloud;
  }

  private Path existing(YamlSection section, String key) {
    Path path = path(section, key, Optional.empty());
    if (section.text(key).isPresent() && !Files.isReadable(path)) {
      section.problemAt(
          key, "'" + section.path() + "." + key + "': a readable file expected, got " + path);
    }
    return path;
  }

  private SpoolLimits spool(YamlSection spool, YamlSection batch) {
    long segmentBytes = spool.whole("segmentBytes", 4 << 20, 4096, 64 << 20, "bytes");
    long maxBytes = spool.whole("maxBytes", 256L << 20, 12_288, 1L << 40, "bytes");
    if (maxBytes < 3 * segmentBytes) {
      spool.problemAt(
          "maxBytes",
          "'spool.maxBytes': at least three times segmentBytes ("
              + 3 * segmentBytes
              + ") expected, got "
              + maxBytes);
      maxBytes = 3 * segmentBytes;
    }
    spool.end();
    var limits =
        new SpoolLimits(
            maxBytes,
            (int) segmentBytes,
            Duration.ofMillis(batch.whole("windowMs", 1000, 0, 3_600_000, "milliseconds")),
            (int) batch.whole("maxBytes", 4500, 512, 4500, "bytes"));
    batch.end();
    return limits;
  }

  private Optional<Tcp> tcp(YamlSection section, String thing) {
    boolean enabled = section.flag("enabled", true);
    var tcp =
        new Tcp(
            listen(section, "127.0.0.1:9999"),
            device(section, Optional.of(thing)),
            (int) section.whole("maxLineBytes", 65_536, 64, 1 << 20, "bytes"),
            (int) section.whole("maxConnections", 128, 1, 10_000, "connections"),
            Duration.ofSeconds(section.whole("idleSeconds", 3600, 1, 604_800, "seconds")));
    section.end();
    return enabled ? Optional.of(tcp) : Optional.empty();
  }

  private List<TcpClient> tcpClients(List<YamlSection> sections, String thing) {
    List<TcpClient> clients = new ArrayList<>();
    for (YamlSection section : sections) {
      clients.add(
          new TcpClient(
              address(section, "connect", Optional.empty()),
              device(section, Optional.empty()),
              section.text("greeting").orElse(""),
              section.flag("answers", false),
              (int) section.whole("maxLineBytes", 65_536, 64, 1 << 20, "bytes"),
              Duration.ofSeconds(section.whole("idleSeconds", 300, 1, 604_800, "seconds"))));
      section.end();
    }
    return clients;
  }

  private Optional<Http> http(YamlSection section, String thing) {
    boolean enabled = section.flag("enabled", true);
    var http =
        new Http(
            listen(section, "127.0.0.1:9980"),
            device(section, Optional.of(thing)),
            (int) section.whole("maxBodyBytes", 262_144, 64, 8 << 20, "bytes"));
    section.end();
    return enabled ? Optional.of(http) : Optional.empty();
  }

  private Optional<Mqtt> mqtt(YamlSection section) {
    boolean enabled = section.flag("enabled", true);
    List<TopicMapping> mappings = new ArrayList<>();
    for (YamlSection mapping : section.list("mappings")) {
      mappings.add(
          new TopicMapping(
              mapping.text(
                  "filter",
                  "[^#]*\\{device\\}[^#]*",
                  "a topic with {device} and perhaps {sensor} or + for whole words",
                  Optional.empty()),
              mapping.choice("payload", TopicMapping.Payload.JSON)));
      mapping.end();
    }
    var mqtt =
        new Mqtt(
            listen(section, "127.0.0.1:1883"),
            (int) section.whole("maxPayloadBytes", 65_536, 64, 1 << 20, "bytes"),
            mappings);
    section.end();
    return enabled ? Optional.of(mqtt) : Optional.empty();
  }

  private Optional<Machine> machine(YamlSection section, String thing) {
    boolean enabled = section.flag("enabled", true);
    var machine =
        new Machine(
            device(section, Optional.of(thing)),
            Duration.ofMillis(section.whole("everyMs", 10_000, 100, DAY_MS, "milliseconds")));
    section.end();
    return enabled ? Optional.of(machine) : Optional.empty();
  }

  private String device(YamlSection section, Optional<String> byDefault) {
    return device(section, thing, byDefault);
  }

  static String device(YamlSection section, String thing, Optional<String> byDefault) {
    String name = section.text("device", NAME, NAME_EXPECTED, byDefault);
    String full = name.isEmpty() ? name : DeviceName.of(thing, name);
    if (full.length() > 128) {
      section.problemAt("device", "'" + full + "': at most 128 characters expected");
    }
    return full;
  }

  private List<Simulated> simulated(List<YamlSection> sections, String thing) {
    List<Simulated> simulated = new ArrayList<>();
    for (YamlSection section : sections) {
      simulated.add(
          new Simulated(
              device(section, Optional.of(thing)),
              section.text("sensor", NAME, NAME_EXPECTED, Optional.empty()),
              section.text("unit").orElse(""),
              section.number("mean", 20),
              section.number("swing", 5),
              Duration.ofMillis(section.whole("periodMs", 60_000, 100, DAY_MS, "milliseconds")),
              section.number("noise", 0.1),
              Duration.ofMillis(section.whole("everyMs", 1000, 10, DAY_MS, "milliseconds"))));
      section.end();
    }
    return simulated;
  }

  private Optional<InetSocketAddress> metrics(YamlSection section) {
    boolean enabled = section.flag("enabled", true);
    InetSocketAddress listen = listen(section, "127.0.0.1:9464");
    section.end();
    return enabled ? Optional.of(listen) : Optional.empty();
  }

  private InetSocketAddress listen(YamlSection section, String byDefault) {
    InetSocketAddress named = address(section, "listen", Optional.of(byDefault));
    return new InetSocketAddress(named.getHostString(), named.getPort());
  }

  /// A host and a port as they are written, not looked up yet.
  private static InetSocketAddress address(
      YamlSection section, String key, Optional<String> byDefault) {
    String text = section.text(key, "[^:\\s]+:\\d{1,5}", "address:port", byDefault);
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.matches("[^:\\s]+:\\d{1,5}")) {
      return InetSocketAddress.createUnresolved("127.0.0.1", 0);
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port > 65_535) {
      section.problemAt(
          key, "'" + section.path() + "." + key + "': a port up to 65535 expected, got " + port);
      port = 0;
    }
    return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
  }
}
