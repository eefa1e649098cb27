// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples of the page that tells how to connect sensors are configurations that the agent
/// takes, and there is one of each kind.
class ConnectSensorsPageTest {
  private static final Path PAGE = Path.of("../docs/how-to/connect-sensors.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\\n(.*?)```");

  @TempDir Path folder;

  @Test
  void everyExampleIsTakenAndEveryKindIsThere() throws Exception {
    Set<Class<?>> sources = new HashSet<>();
    Set<Class<?>> transports = new HashSet<>();
    var presets = EnumSet.noneOf(MqttPreset.Family.class);
    List<AgentConfig> examples = new ArrayList<>();
    for (String block : blocks()) {
      AgentConfig example = ConfigFile.read(file(block));
      examples.add(example);
      example
          .sources()
          .forEach(source -> {
            sources.add(source.getClass());
            if (source instanceof SourceConfig.Modbus modbus) {
              transports.add(modbus.transport().getClass());
            }
          });
      example.mqtt().orElseThrow().presets().forEach(preset -> presets.add(preset.family()));
    }

    assertThat(sources).containsExactlyInAnyOrder(SourceConfig.class.getPermittedSubclasses());
    assertThat(transports)
        .containsExactlyInAnyOrder(SourceConfig.Modbus.Transport.class.getPermittedSubclasses());
    assertThat(presets).isEqualTo(EnumSet.allOf(MqttPreset.Family.class));
    assertThat(examples).anyMatch(example -> !example.tcpClients().isEmpty());
    assertThat(examples).anyMatch(example -> !example.simulated().isEmpty());
    assertThat(examples).anyMatch(example -> example.listenerTls().isPresent());
    assertThat(examples).anyMatch(example -> example.children().devices().size() == 3);
  }

  private static List<String> blocks() throws Exception {
    Matcher matcher = BLOCK.matcher(Files.readString(PAGE));
    List<String> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private Path file(String block) throws Exception {
    for (String name : List.of("cert.pem", "key.pem", "agent.pem", "agent.key.pem")) {
      Files.writeString(folder.resolve(name), "");
    }
    String cloud = "thing: gw\ncloud: {endpoint: localhost, certificate: cert.pem, key: key.pem}\n";
    return Files.writeString(folder.resolve("agent.yaml"), cloud + block);
  }
}
