// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.AgentConfig.Http;
import io.fieldline.agent.config.AgentConfig.Mqtt;
import io.fieldline.agent.config.AgentConfig.Tcp;
import io.fieldline.agent.config.AgentConfig.TcpClient;
import io.fieldline.agent.config.AgentConfig.TopicMapping;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the sections of what listens for sensors, and of the sensors that listen themselves.
///
/// @param thing whose sensors they are unless a section names a device
record ListenerSections(String thing) {
  private static final long WEEK_SECONDS = 604_800;

  Optional<Tcp> tcp(YamlSection section) {
    boolean enabled = enabled(section);
    var tcp =
        new Tcp(
            section.listen("127.0.0.1:9999"),
            section.device(thing),
            maxLineBytes(section),
            (int)
                section.whole(
                    "maxConnections", 128, 1, 10_000, "connections", "how many at a time"),
            idle(section, 3600, "a connection that is silent for so long is closed"));
    section.end();
    return enabled ? Optional.of(tcp) : Optional.empty();
  }

  List<TcpClient> tcpClients(List<YamlSection> sections) {
    List<TcpClient> clients = new ArrayList<>();
    for (YamlSection section : sections) {
      clients.add(
          new TcpClient(
              section.requiredAddress("connect", "address of the sensor"),
              section.requiredDevice(thing, "whose readings they are unless the line says"),
              section
                  .text("greeting", "what is sent after each connect, such as \"START\\n\"")
                  .orElse(""),
              section.flag(
                  "answers",
                  false,
                  "whether lines are answered as they are to sensors that connect"),
              maxLineBytes(section),
              idle(section, 300, "a connection that is silent for so long is made anew")));
      section.end();
    }
    return clients;
  }

  Optional<Http> http(YamlSection section) {
    boolean enabled = enabled(section);
    var http =
        new Http(
            section.listen("127.0.0.1:9980"),
            section.device(thing),
            (int)
                section.whole(
                    "maxBodyBytes", 262_144, 64, 8 << 20, "bytes", "the largest body taken"));
    section.end();
    return enabled ? Optional.of(http) : Optional.empty();
  }

  Optional<Mqtt> mqtt(YamlSection section) {
    boolean enabled = enabled(section);
    List<TopicMapping> mappings = new ArrayList<>();
    for (YamlSection mapping : section.list("mappings")) {
      mappings.add(mapping(mapping));
      mapping.end();
    }
    var mqtt =
        new Mqtt(
            section.listen("127.0.0.1:1883"),
            (int)
                section.whole(
                    "maxPayloadBytes", 65_536, 64, 1 << 20, "bytes", "the largest payload taken"),
            mappings);
    section.end();
    return enabled ? Optional.of(mqtt) : Optional.empty();
  }

  private static TopicMapping mapping(YamlSection mapping) {
    return new TopicMapping(
        mapping.required(
            "filter",
            "[^#]*\\{device\\}[^#]*",
            "a topic with {device} and perhaps {sensor} or + for whole words",
            "topics of this kind, tried in order before <device>/<sensor>"),
        mapping.choice(
            "payload",
            TopicMapping.Payload.JSON,
            "one number or truth value, or a JSON object whose numbers are sensors"));
  }

  /// Where the metrics page is.
  static Optional<InetSocketAddress> metrics(YamlSection section) {
    boolean enabled = enabled(section);
    InetSocketAddress listen = section.listen("127.0.0.1:9464");
    section.end();
    return enabled ? Optional.of(listen) : Optional.empty();
  }

  private static boolean enabled(YamlSection section) {
    return section.flag("enabled", true, "whether it is there at all");
  }

  private static int maxLineBytes(YamlSection section) {
    return (int)
        section.whole("maxLineBytes", 65_536, 64, 1 << 20, "bytes", "the longest line taken");
  }

  private static Duration idle(YamlSection section, long byDefault, String meaning) {
    return section.seconds("idleSeconds", byDefault, 1, WEEK_SECONDS, meaning);
  }
}
