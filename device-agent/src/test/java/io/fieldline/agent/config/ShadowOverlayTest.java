// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.agent.json.JsonText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the shadow `config` may lay over the file, and what becomes of it.
class ShadowOverlayTest {
  private static final String TEXT =
      """
      thing: gw
      cloud: {endpoint: "localhost:8883", certificate: cert.pem, key: key.pem}
      allowedPrograms: [/bin/true]
      modbus:
        - name: plc
          type: tcp
          connect: plc.local:502
          everyMs: 1000
          registers: [{address: 0, sensor: flow}]
        - {name: bus, type: tcp, connect: "bus.local:502", registers: [{address: 0, sensor: level}]}
      programs:
        - {name: ups, command: [/bin/true]}
      edge:
        - {sensor: "t*", deadband: 0.5}
      """;

  @TempDir Path folder;

  @BeforeEach
  void credentials() throws Exception {
    Files.writeString(folder.resolve("cert.pem"), "");
    Files.writeString(folder.resolve("key.pem"), "");
  }

  private Configuration read(String shadow) throws Exception {
    return ConfigFile.read(folder.resolve("agent.yaml"), TEXT, JsonText.parseObject(shadow));
  }

  @Test
  void oneSourceIsChangedByItsNameAndTheOthersAreAsInTheFile() throws Exception {
    Configuration laid = read("{\"modbus\":{\"plc\":{\"everyMs\":5000}}}");

    var plc = (SourceConfig.Modbus) laid.agent().sources().getFirst();
    assertThat(plc.registers().getFirst().every()).isEqualTo(Duration.ofSeconds(5));
    assertThat(laid.agent().sources().get(1)).isEqualTo(read("{}").agent().sources().get(1));
    assertThat(laid.settings())
        .containsEntry("modbus.plc.everyMs", new Setting("5000", true, Change.REMOTE))
        .containsEntry("modbus.bus.everyMs", new Setting("1000", false, Change.REMOTE))
        .containsEntry("modbus.plc.connect", new Setting("plc.local:502", false, Change.RELOAD));
    assertThat(read("{}").changesTo(laid)).contains("modbus.plc.everyMs");
    assertThat(read("{}").restartFor(laid)).isEmpty();
  }

  @Test
  void whatIsAllTheShadowsIsReplacedOrEmptiedAsAWhole() throws Exception {
    assertThat(read("{\"edge\":[]}").agent().edge()).isEmpty();
    assertThat(read("{\"edge\":[{\"sensor\":\"p\"},{\"sensor\":\"q\"}]}").agent().edge())
        .hasSize(2);
    assertThat(read("{\"modbus\":{\"bus\":{\"enabled\":false}}}").agent().sources())
        .extracting(SourceConfig::name)
        .containsExactly("plc", "ups");
    assertThat(read("{\"jobs\":{},\"provisioning\":{},\"modbus\":{\"plc\":{}}}").agent().sources())
        .isEqualTo(read("{}").agent().sources());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'programs':{'ups':{'command':['/bin/sh']}}} | programs[0].command",
        "{'programs':{'ups':{'everyMs':10}}}          | programs[0].everyMs",
        "{'programs':{'ups':{'enabled':true}}}        | programs[0].enabled",
        "{'programs':[]}                              | programs",
        "{'allowedPrograms':['/bin/sh']}              | allowedPrograms",
        "{'cloud':{'endpoint':'elsewhere:8883'}}      | cloud.endpoint",
        "{'cloud':{'key':{'x':1}}}                    | cloud.key",
        "{'modbus':{'plc':{'connect':'other:502'}}}   | modbus[0].connect",
        "{'modbus':[]}                                | modbus",
        "{'children':{'devices':[]}}                  | children.devices",
        "{'children':{'devices':{'pump':{'burst':5}}}}| children.devices",
        "{'jobs':{'enabled':true}}                    | jobs.enabled",
        "{'jobs':{'programs':[{'program':'/bin/sh'}]}}| jobs.programs",
        "{'listenerTls':{'key':'key.pem'}}            | listenerTls.key",
        "{'configShadow':{'trialSeconds':5}}          | configShadow.trialSeconds",
        "{'tcp':{'enabled':false}}                    | tcp.enabled",
        "{'control':{'enabled':false}}                | control.enabled",
      })
  void whatIsTheFilesIsRefusedByItsNameAndNothingElseIsSaid(String shadow, String key) {
    var refused =
        catchThrowableOfType(ConfigException.class, () -> read(shadow.replace('\'', '"')));

    assertThat(refused.details()).hasSize(1);
    assertThat(refused.details().getFirst().where()).isEqualTo("shadow config");
    assertThat(refused.details().getFirst().key()).isEqualTo(key);
  }

  @Test
  void wrongValuesAreRefusedWithTheFilesWords() {
    var refused =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                read(
                    "{\"log\":{\"level\":\"loud\"},\"edge\":[{\"sensor\":\"t\",\"deadband\":-1}]}"));

    assertThat(refused.problems())
        .containsExactly(
            "shadow config: 'edge[0].deadband': 0 or more expected, got -1.0",
            "shadow config: 'log.level': one of error, warning, info, debug expected, got 'loud'");
    assertThat(refused.details())
        .extracting(ConfigException.Problem::key)
        .isEqualTo(List.of("edge[0].deadband", "log.level"));
    assertThat(refused.details().getFirst().expected()).isEqualTo("0 or more");
    assertThat(refused.details().getFirst().came()).isEqualTo("-1.0");
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> read("{\"modbus\":{\"plx\":{\"everyMs\":5000}}}"))
        .hasMessage("shadow config: 'modbus': one of plc, bus expected, got 'plx'");
    assertThatThrownBy(() -> read("{\"edges\":[]}")).hasMessageContaining("unknown key 'edges'");
    assertThatThrownBy(() -> read("{\"edge\":{\"t\":{}}, \"log\":5}"))
        .hasMessageContaining("'edge': a list expected, got keys")
        .hasMessageContaining("shadow config: keys with values expected in log");
    assertThatThrownBy(() -> read("{\"log\":{\"level\":{\"x\":1}}}"))
        .hasMessageContaining("'log.level': one of error, warning, info, debug expected, got keys");
  }
}
