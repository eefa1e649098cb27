// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.AgentConfig.Cloud;
import io.fieldline.agent.config.AgentConfig.Http;
import io.fieldline.agent.config.AgentConfig.Machine;
import io.fieldline.agent.config.AgentConfig.Mqtt;
import io.fieldline.agent.config.AgentConfig.Provisioning;
import io.fieldline.agent.config.AgentConfig.Simulated;
import io.fieldline.agent.config.AgentConfig.Tcp;
import io.fieldline.agent.config.AgentConfig.TcpClient;
import io.fieldline.agent.config.Configuration.ShadowTerms;
import io.fieldline.agent.edge.EdgeRule;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.log.LogSettings;
import io.fieldline.agent.spool.SpoolLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

  /// The name of a thing to which provisioning has given none yet.
  static final String UNNAMED = "not-provisioned-yet";

  static final String NAME_EXPECTED = "1 to 128 letters, digits, ':', '_' or '-'";

  private final Path file;
  private final KeyCatalog catalog;
  private final Problems problems;
  private ShadowTerms shadowTerms = new ShadowTerms(false, Duration.ZERO);

  private ConfigFile(Path file, KeyCatalog catalog) {
    this.file = file;
    this.catalog = catalog;
    this.problems = new Problems(file);
  }

  /// The configuration of a file; relative paths in it are relative to its folder.
  ///
  /// @throws ConfigException naming every problem
  public static AgentConfig read(Path file) throws ConfigException {
    return read(file, new KeyCatalog());
  }

  /// The same, and into the catalogue every key that was asked for.
  static AgentConfig read(Path file, KeyCatalog catalog) throws ConfigException {
    return read(file, text(file), Map.of(), catalog).agent();
  }

  /// The configuration of a text, with what the shadow `config` says laid over it.
  ///
  /// @param file where the text is from
  /// @param text of [#text]
  /// @param shadow what is desired; empty for the file alone
  /// @throws ConfigException naming every problem; if the shadow touches what is not its own, that
  ///   alone
  public static Configuration read(Path file, String text, Map<String, Object> shadow)
      throws ConfigException {
    return read(file, text, shadow, new KeyCatalog());
  }

  private static Configuration read(
      Path file, String text, Map<String, Object> shadow, KeyCatalog catalog)
      throws ConfigException {
    var reader = new ConfigFile(file, catalog);
    Optional<Node> laidOver =
        shadow.isEmpty() ? Optional.empty() : compose(Problems.SHADOW, JsonText.write(shadow));
    var root = new YamlSection(compose(file.toString(), text), laidOver, reader.problems, catalog);
    AgentConfig agent = reader.root(root);
    List<ConfigException.Problem> found = reader.problems.found();
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
    return new Configuration(agent, reader.shadowTerms, reader.problems.settings());
  }

  /// Where agentctl reaches the agent of a file, whatever else may be wrong in it; empty if it may
  /// not.
  ///
  /// @throws ConfigException if the file is no YAML or is not there
  public static Optional<Path> control(Path file) throws ConfigException {
    var reader = new ConfigFile(file, new KeyCatalog());
    Optional<Node> content = compose(file.toString(), text(file));
    var root = new YamlSection(content, Optional.empty(), reader.problems, reader.catalog);
    Path folder = root.path("folder", "data", "");
    return OperationSections.control(root.section("control"), folder);
  }

  /// The text of a file.
  ///
  /// @throws ConfigException if it is not there or cannot be read
  public static String text(Path file) throws ConfigException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw refused(file.toString(), "YAML expected: " + e.getMessage());
    } catch (NoSuchFileException e) {
      throw refused(file.toString(), "a configuration file expected, none is there");
    } catch (IOException e) {
      throw refused(file.toString(), "cannot be read: " + e);
    }
  }

  private static ConfigException refused(String where, String why) {
    return new ConfigException(List.of(new ConfigException.Problem(where, why)));
  }

  /// @param label what the marks of its nodes name
  private static Optional<Node> compose(String label, String text) throws ConfigException {
    try {
      return new Compose(LoadSettings.builder().setLabel(label).build()).composeString(text);
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
              .orElse("");
      throw refused(label + where, "YAML expected: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw refused(label, "YAML expected: " + e.getMessage());
    }
  }

  private AgentConfig root(YamlSection root) {
    Optional<String> named =
        root.text(
            "thing",
            NAME_EXPECTED,
            "the one that provisioning gives",
            "thing name and MQTT client id; what provisioning gave goes before it");
    String stage =
        root.text(
            "stage",
            "[a-z][a-z0-9]{0,15}",
            "lower case letters and digits",
            "dev",
            "stage of the deployment, part of the rule's name");
    Path folder =
        root.path(
            "folder", "data", "where spool, command ledger and dead letters are; one agent each");
    Optional<Provisioning> provisioning =
        ProvisioningSection.read(root.section("provisioning"), folder);
    String thing = thing(root, named, provisioning);
    Set<String> allowed =
        Set.copyOf(
            root.texts("allowedPrograms", "absolute paths", "what an exec actuator may run"));
    boolean trustsMachineClock =
        root.flag(
            "trustMachineClock",
            false,
            "whether the machine's clock is right though nothing synchronizes it (a GPS receiver)");
    var listeners = new ListenerSections(thing);
    var machines = new MachineSections(thing);
    // In the order of the reference page.
    Cloud cloud = CloudSection.read(root.section("cloud"), provisioning.isPresent());
    provisioning.ifPresent(given -> tokenFits(root, given, cloud.key()));
    SpoolLimits spool = SpoolSection.read(root.section("spool"), root.section("batch"));
    Optional<Tcp> tcp = listeners.tcp(root.section("tcp"));
    List<TcpClient> tcpClients =
        listeners.tcpClients(root.reloadable().list("tcpClients", "connect"));
    Optional<Http> http = listeners.http(root.section("http"));
    Optional<Mqtt> mqtt = listeners.mqtt(root.section("mqtt"));
    Optional<Machine> machine = machines.machine(root.reloadable().section("machine"));
    List<Simulated> simulated = machines.simulated(root.remote().list("simulator"));
    List<SourceConfig> sources = new SourceSections(thing, allowed).read(root);
    ChildrenConfig children = ChildrenSection.read(root.section("children"), thing);
    Optional<ListenerTls> listenerTls = ChildrenSection.tls(root.section("listenerTls"));
    if (listenerTls.isEmpty() && wantTls(tcp, http, mqtt)) {
      root.problem("tls of a listener expects 'listenerTls' with certificate and key");
    }
    List<EdgeRule> edge = new EdgeSections(thing).read(root.remote().list("edge"));
    Optional<InetSocketAddress> metrics = ListenerSections.metrics(root.section("metrics"));
    LogSettings log = OperationSections.log(root.section("log"));
    Optional<Path> control = OperationSections.control(root.section("control"), folder);
    shadowTerms = OperationSections.shadow(root.section("configShadow"));
    Optional<JobsConfig> jobs = JobsSection.read(root.section("jobs"));
    List<ActuatorConfig> actuators =
        new ActuatorSections(thing, allowed).read(root.section("actuators").named());
    if (mqtt.isEmpty() && actuators.stream().anyMatch(ActuatorConfig.Mqtt.class::isInstance)) {
      root.problem("actuators", "those of type mqtt expect 'mqtt.enabled' to be true");
    }
    var config =
        new AgentConfig(
            thing,
            stage,
            folder,
            trustsMachineClock,
            provisioning,
            cloud,
            spool,
            tcp,
            tcpClients,
            http,
            mqtt,
            machine,
            simulated,
            sources,
            children,
            listenerTls,
            edge,
            actuators,
            metrics,
            log,
            control,
            jobs);
    root.end();
    return config;
  }

  /// A token's key does not come from AWS, and its certificate not from provisioning.
  private static void tokenFits(YamlSection root, Provisioning provisioning, KeyPlace key) {
    if (key instanceof KeyPlace.InToken token) {
      if (provisioning.keyOrigin() == AgentConfig.KeyOrigin.KEYS_BY_AWS) {
        root.problem("provisioning", "mode csr expected where cloud.keyIn is token");
      }
      if (token.certificate().isPresent()) {
        root.problem("provisioning", "not expected where cloud.pkcs11.certificate is in the token");
      }
    }
  }

  private static boolean wantTls(Optional<Tcp> tcp, Optional<Http> http, Optional<Mqtt> mqtt) {
    return tcp.filter(Tcp::tls).isPresent()
        || http.filter(Http::tls).isPresent()
        || mqtt.filter(Mqtt::tls).isPresent();
  }

  private static String thing(
      YamlSection root, Optional<String> named, Optional<Provisioning> provisioning) {
    named
        .filter(name -> !name.matches(NAME))
        .ifPresent(name -> root.problem("thing", NAME_EXPECTED + " expected, got '" + name + "'"));
    if (provisioning.isEmpty() && named.isEmpty()) {
      root.missing("thing", NAME_EXPECTED);
    }
    return provisioning.flatMap(Provisioning::thing).or(() -> named).orElse(UNNAMED);
  }
}
