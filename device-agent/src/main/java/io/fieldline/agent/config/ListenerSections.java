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
            tls(section),
            section.device(thing),
            framing(section),
            maxLineBytes(section),
            (int)
                section.whole(
                    "maxConnections", 128, 1, 10_000, "connections", "how many at a time"),
            idle(section, 3600, "a connection that is silent for so long is closed"),
            stalledAfter(section));
    section.end();
    return enabled ? Optional.of(tcp) : Optional.empty();
  }

  List<TcpClient> tcpClients(List<YamlSection> sections) {
    List<TcpClient> clients = new ArrayList<>();
    for (YamlSection section : sections) {
      var client =
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
              framing(section),
              maxLineBytes(section),
              idle(section, 300, "a connection that is silent for so long is made anew"),
              stalledAfter(section));
      if (enabled(section.remote())) {
        clients.add(client);
      }
      section.end();
    }
    return clients;
  }

  Optional<Http> http(YamlSection section) {
    boolean enabled = enabled(section);
    var http =
        new Http(
            section.listen("127.0.0.1:9980"),
            tls(section),
            section.device(thing),
            (int)
                section.whole(
                    "maxBodyBytes", 262_144, 64, 8 << 20, "bytes", "the largest body taken"),
            stalledAfter(section));
    section.end();
    return enabled ? Optional.of(http) : Optional.empty();
  }

  Optional<Mqtt> mqtt(YamlSection section) {
    boolean enabled = enabled(section);
    List<MqttPreset> presets = new ArrayList<>();
    for (YamlSection preset : section.list("presets")) {
      presets.add(preset(preset));
      preset.end();
    }
    List<TopicMapping> mappings = new ArrayList<>();
    for (YamlSection mapping : section.list("mappings")) {
      mappings.add(mapping(mapping));
      mapping.end();
    }
    var mqtt =
        new Mqtt(
            section.listen("127.0.0.1:1883"),
            tls(section),
            (int)
                section.whole(
                    "maxPayloadBytes", 65_536, 64, 1 << 20, "bytes", "the largest payload taken"),
            presets,
            mappings,
            stalledAfter(section));
    section.end();
    return enabled ? Optional.of(mqtt) : Optional.empty();
  }

  private static MqttPreset preset(YamlSection preset) {
    var family =
        preset.requiredChoice(
            "preset", MqttPreset.Family.class, "whose topics and payloads are understood");
    String byDefault = family == MqttPreset.Family.ZIGBEE2MQTT ? "zigbee2mqtt" : "";
    String base =
        preset
            .text("base", "text", "the preset's own", "topic levels before its own, if others")
            .orElse(byDefault);
    if (!base.matches("[^#+]*") || base.startsWith("/") || base.endsWith("/")) {
      preset.problem("base", "topic levels without wildcards expected, got '" + base + "'");
    }
    return new MqttPreset(family, base);
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

  private static boolean tls(YamlSection section) {
    return section.flag("tls", false, "whether it speaks TLS, as listenerTls says");
  }

  /// An alarm of what has no period of its own is asked for.
  private static Duration stalledAfter(YamlSection section) {
    return section
        .remote()
        .millis(
            "stalledAfterMs",
            0,
            0,
            WEEK_SECONDS * 1000,
            "alarm when no reading comes so long; 0: none");
  }

  private enum Frames {
    LINES,
    DELIMITER,
    LENGTH_2,
    LENGTH_4
  }

  static Framing framing(YamlSection section) {
    Frames frames =
        section.choice(
            "framing",
            Frames.LINES,
            "lines, messages that end with the delimiter, or messages after their length in bytes");
    String delimiter =
        section.text("delimiter", "one character", "\\n", "what ends a message").orElse("\n");
    if (delimiter.length() != 1 || delimiter.charAt(0) > 0x7f) {
      section.problem(
          "delimiter", "one character of ASCII expected, got " + delimiter.length() + " others");
      delimiter = "\n";
    }
    return switch (frames) {
      case LINES -> Framing.LINES;
      case DELIMITER -> new Framing.EndedBy((byte) delimiter.charAt(0));
      case LENGTH_2 -> new Framing.LengthFirst(2);
      case LENGTH_4 -> new Framing.LengthFirst(4);
    };
  }

  static int maxLineBytes(YamlSection section) {
    return (int)
        section.whole("maxLineBytes", 65_536, 64, 1 << 20, "bytes", "the longest line taken");
  }

  private static Duration idle(YamlSection section, long byDefault, String meaning) {
    return section.seconds("idleSeconds", byDefault, 1, WEEK_SECONDS, meaning);
  }
}
