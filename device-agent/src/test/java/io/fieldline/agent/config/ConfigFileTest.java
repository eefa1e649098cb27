// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.agent.spool.Lane;
import io.fieldline.messages.Takes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final String CLOUD =
      """
      thing: gw
      cloud:
        endpoint: localhost:8883
        certificate: cert.pem
        key: key.pem
      """;

  @TempDir Path folder;

  @BeforeEach
  void credentials() throws IOException {
    Files.writeString(folder.resolve("cert.pem"), "");
    Files.writeString(folder.resolve("key.pem"), "");
  }

  @Test
  void smallestFileHasTheDocumentedDefaults() throws Exception {
    AgentConfig config = ConfigFile.read(file(CLOUD));

    assertThat(config.tcp().orElseThrow().listen().toString()).endsWith("127.0.0.1:9999");
    assertThat(config.http().orElseThrow().listen().toString()).endsWith("127.0.0.1:9980");
    assertThat(config.mqtt().orElseThrow().listen().toString()).endsWith("127.0.0.1:1883");
    assertThat(config.metrics().orElseThrow().toString()).endsWith("127.0.0.1:9464");
    assertThat(config.spool().of(Lane.TELEMETRY).batchWindow()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.cloud().certificate()).isEqualTo(folder.resolve("cert.pem"));
    assertThat(config.folder()).isEqualTo(folder.resolve("data"));
  }

  @Test
  void exampleFileWithEveryKeyUncommentedIsValid() throws Exception {
    AgentConfig config = ConfigFile.read(new ExampleFile(folder).write());

    assertThat(config.actuators()).hasSize(5);
    assertThat(config.tcpClients()).hasSize(1);
    assertThat(config.mqtt().orElseThrow().mappings()).hasSize(3);
    assertThat(config.simulated()).hasSize(1);
    assertThat(config.edge()).hasSize(1);
  }

  @Test
  void unknownKeyIsNamedWithLineAndColumn() throws Exception {
    Path file = file(CLOUD + "tcp:\n  lissten: 127.0.0.1:1\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file + ":7:3: unknown key 'tcp.lissten'")
        .hasMessageContaining("listen");
  }

  @Test
  void everyProblemIsReportedWithWhatWasExpected() throws Exception {
    Path file = file(CLOUD + "batch:\n  windowMs: soon\nhttp:\n  enabled: perhaps\nspool: 7\n");

    var refused = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));

    assertThat(refused.problems())
        .containsExactlyInAnyOrder(
            file
                + ":7:13: 'batch.windowMs': a whole number from 0 to 3600000 (milliseconds)"
                + " expected, got 'soon'",
            file + ":9:12: 'http.enabled': true or false expected, got 'perhaps'",
            file + ":10:8: keys with values expected in spool");
  }

  @Test
  void edgeRulesAreRefusedWithWhatWasExpected() throws Exception {
    Path file =
        file(
            CLOUD
                + "edge:\n  - sensor: t\n    deadband: -1\n    unit: Fahrenheit\n    scale: 0\n"
                + "    atMostEveryMs: 5000\n    atLeastEveryMs: 1000\n  - device: a b\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(":8:15: 'edge[0].deadband': 0 or more expected, got -1.0")
        .hasMessageContaining("'edge[0].unit': one of %, %RH, /, A, Cel,")
        .hasMessageContaining("'edge[0].scale': not 0 expected")
        .hasMessageContaining(
            "'edge[0].atLeastEveryMs': at least atMostEveryMs (5000) expected, got 1000")
        .hasMessageContaining("'edge[1].device': a name with * for any characters expected")
        .hasMessageContaining("'edge[1].sensor' is missing");
  }

  @Test
  void whatAnActuatorTakesIsRefusedWhereItDoesNotGoTogether() throws Exception {
    Path file =
        file(
            CLOUD
                + "actuators:\n  fan: {type: switch, minimum: 0, options: [a]}\n"
                + "  vent: {type: switch, takes: number, minimum: 5, maximum: 1, step: 0}\n"
                + "  mode: {type: switch, takes: text, unit: Cel, options: [a, a]}\n"
                + "  other: {type: switch, takes: text, options: []}\n"
                + "  actuators: {type: switch}\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageContaining(
            ":7:32: 'actuators.fan.minimum': 'takes: number' expected with it, got boolean")
        .hasMessageContaining(
            "'actuators.fan.options': 'takes: text' expected with it, got boolean")
        .hasMessageContaining(
            "'actuators.vent.maximum': at least the minimum (5.0) expected, got 1.0")
        .hasMessageContaining("'actuators.vent.step': more than 0 expected, got 0.0")
        .hasMessageContaining("'actuators.mode.unit': 'takes: number' expected with it, got text")
        .hasMessageContaining("'actuators.mode.options': a list of texts, at most 50")
        .hasMessageContaining("each once, expected, got [a, a]")
        .hasMessageContaining("64 characters expected, got none")
        .hasMessageContaining("'actuators.actuators': another name expected");
  }

  @Test
  void whatAnActuatorTakesIsReadAndASwitchIsOnOrOffByItself() throws Exception {
    Path file =
        file(
            CLOUD
                + "actuators:\n  lamp: {type: switch}\n  any: {type: switch, takes: any}\n"
                + "  vent: {type: switch, takes: number, maximum: 9, unit: '%'}\n"
                + "  mode: {type: switch, takes: text, options: [off, eco]}\n");

    assertThat(ConfigFile.read(file).actuators().stream().map(ActuatorConfig::takes))
        .containsExactly(
            Optional.of(new Takes.Flag()),
            Optional.empty(),
            Optional.of(
                new Takes.Amount(
                    OptionalDouble.empty(), OptionalDouble.of(9), OptionalDouble.empty(), "%")),
            Optional.of(new Takes.Text(List.of("off", "eco"))));
  }

  @Test
  void programThatIsNotAllowedIsRefused() throws Exception {
    Path file = file(CLOUD + "actuators:\n  fan:\n    type: exec\n    command: [/bin/sh, -c, x]\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageContaining(":9:14: 'actuators.fan.command'")
        .hasMessageContaining("allowedPrograms");
  }

  @Test
  void urlWhoseHostAValueWouldChooseIsRefused() throws Exception {
    String heater = "actuators:\n  heater:\n    type: http\n    url: ";
    for (String url :
        List.of("http://{value}/x", "http://a{value}.local/", "ftp://a/", "http://")) {
      Path file = file(CLOUD + heater + "'" + url + "'\n");

      assertThatThrownBy(() -> ConfigFile.read(file))
          .hasMessageContaining(":9:10: 'actuators.heater.url'")
          .hasMessageContaining(url);
    }
  }

  @Test
  void sensorToConnectToIsNamedWithItsPort() throws Exception {
    Path file = file(CLOUD + "tcpClients:\n  - connect: scale.local\n    device: scale\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageContaining(":7:14: 'tcpClients[0].connect': address:port expected");
  }

  @Test
  void radiosAreRefusedWithTheBridgeToUse() throws Exception {
    Path file = file(CLOUD + "bluetooth:\n  adapter: hci0\nzigbee: {}\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageContaining(":7:3: 'bluetooth': no radio is driven by the agent")
        .hasMessageContaining("Theengs")
        .hasMessageContaining("'zigbee': no radio")
        .hasMessageContaining("Zigbee2MQTT");
  }

  @Test
  void sourcesAndChildrenAreRefusedWithWhatWasExpected() throws Exception {
    Path file =
        file(
            CLOUD
                + "modbus:\n  - {name: a, type: tcp, connect: h:502, registers: [\n"
                + "      {sensor: s, address: 65535, valueType: int32},\n"
                + "      {sensor: s, address: 1, table: coil, valueType: int16}]}\n"
                + "  - {name: a, type: rtu, port: ttyS0}\n"
                + "programs:\n  - {name: p, command: [/bin/sh, -c, x]}\n"
                + "gpio:\n  - {name: g}\n"
                + "tcp: {tls: true, framing: delimiter, delimiter: ab}\n"
                + "children:\n  devices:\n    - {device: d, token: short}\n"
                + "    - {device: d, certificate: 'aa:bb'}\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageContaining("'modbus[0].registers[0].address': room for its 2 registers expected")
        .hasMessageContaining("'modbus[0].registers[1].valueType': bit expected")
        .hasMessageContaining("'modbus[1].name': a name of its own expected")
        .hasMessageContaining("'modbus[1].port': an absolute path expected, got 'ttyS0'")
        .hasMessageContaining("'modbus[1].registers' is missing")
        .hasMessageContaining("'programs[0].command': an absolute path that is in allowedPrograms")
        .hasMessageContaining("'gpio[0].lines' is missing: a list of lines expected")
        .hasMessageContaining("'tcp.delimiter': one character of ASCII expected")
        .hasMessageContaining("tls of a listener expects 'listenerTls'")
        .hasMessageContaining("'children.devices[0].token': 16 to 256 printable characters")
        .hasMessageContaining("'children.devices[1].device': a device that is listed once")
        .hasMessageContaining("'children.devices[1].certificate': 64 hexadecimal digits expected");
  }

  @Test
  void missingKeyAndMissingFileAreNamed() throws Exception {
    Path file = file("thing: gw\n");

    assertThatThrownBy(() -> ConfigFile.read(file))
        .hasMessageContaining("'cloud.endpoint' is missing: host or host:port expected");
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yaml")))
        .hasMessageContaining("a configuration file expected, none is there");
  }

  @Test
  void aKeyInATokenIsReadAndWhatDoesNotGoWithItIsRefused() throws Exception {
    Files.writeString(folder.resolve("lib.so"), "");
    Files.writeString(folder.resolve("pin"), "");
    String token =
        CLOUD.replace("  key: key.pem\n", "")
            + "  keyIn: token\n"
            + "  pkcs11: {library: lib.so, token: hsm, key: own, pinFile: pin}\n";

    assertThat(ConfigFile.read(file(token)).cloud().key())
        .isEqualTo(
            new KeyPlace.InToken(
                folder.resolve("lib.so"),
                "hsm",
                "own",
                folder.resolve("pin"),
                Optional.empty(),
                Duration.ofMinutes(5)));

    assertRefused(CLOUD + "  keyIn: token\n", "'cloud.pkcs11.library' is missing");
    assertRefused(token + "  key: key.pem\n", "'cloud.key': no file expected where keyIn is token");
    String claim = "provisioning: {certificate: cert.pem, key: key.pem, template: t";
    assertRefused(
        token + claim + ", mode: keys-by-aws}\n",
        "'provisioning': mode csr expected where cloud.keyIn is token");
    assertRefused(
        token.replace("pinFile: pin", "pinFile: pin, certificate: own") + claim + "}\n",
        "'provisioning': not expected where cloud.pkcs11.certificate is in the token");
  }

  private void assertRefused(String text, String expected) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> ConfigFile.read(file)).hasMessageContaining(expected);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("agent.yaml"), text);
  }
}
