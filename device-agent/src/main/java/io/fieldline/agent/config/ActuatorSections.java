// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the actuators of the configuration file.
///
/// @param thing whose devices they are
/// @param allowed programs that may be run
record ActuatorSections(String thing, Set<String> allowed) {
  List<ActuatorConfig> read(Map<String, YamlSection> named) {
    List<ActuatorConfig> actuators = new ArrayList<>();
    named.forEach((name, section) -> {
      if (!name.matches(ConfigFile.NAME)) {
        section.problemAt(
            "type", "'" + section.path() + "': " + ConfigFile.NAME_EXPECTED + " expected");
      }
      actuators.add(actuator(name, section));
      section.end();
    });
    return actuators;
  }

  private enum Type {
    SWITCH,
    EXEC,
    TCP,
    MQTT,
    HTTP
  }

  private ActuatorConfig actuator(String name, YamlSection section) {
    if (section.text("type").isEmpty()) {
      section.missing("type", "switch, exec, tcp, mqtt or http");
    }
    return switch (section.choice("type", Type.SWITCH)) {
      case SWITCH -> new ActuatorConfig.Switch(name);
      case EXEC -> new ActuatorConfig.Exec(name, command(section), timeout(section));
      case TCP ->
          new ActuatorConfig.Tcp(
              name, ConfigFile.device(section, thing, Optional.empty()), timeout(section));
      case MQTT ->
          new ActuatorConfig.Mqtt(
              name,
              section.text("topic", "[^#+]{1,512}", "a topic name", Optional.empty()),
              section.text("payload").orElse("{value}"),
              section.text("answerTopic"),
              timeout(section));
      case HTTP -> http(name, section);
    };
  }

  private List<String> command(YamlSection section) {
    List<String> command = section.texts("command");
    if (command.isEmpty()) {
      section.missing("command", "a list of an allowed program and its arguments");
    } else if (!allowed.contains(command.getFirst()) || !Path.of(command.getFirst()).isAbsolute()) {
      section.problemAt(
          "command",
          "'"
              + section.path()
              + ".command': an absolute path that is in allowedPrograms expected,"
              + " got '"
              + command.getFirst()
              + "'");
    }
    return command;
  }

  private static Duration timeout(YamlSection section) {
    return Duration.ofMillis(section.whole("timeoutMs", 5000, 10, 3_600_000, "milliseconds"));
  }

  private static ActuatorConfig http(String name, YamlSection section) {
    String url = section.text("url", "https?://\\S+", "a URL of http or https", Optional.empty());
    if (!url.isEmpty()) {
      checkUrl(section, url);
    }
    return new ActuatorConfig.Http(
        name,
        url,
        section.choice("method", ActuatorConfig.Method.POST),
        section.text("body").orElse(""),
        section.text("contentType").orElse("application/json"),
        section.text("authorization"),
        timeout(section));
  }

  /// A value may choose what is done at a host, but not the host.
  private static void checkUrl(YamlSection section, String url) {
    String filled = url.replace("{value}", "v").replace("{id}", "i");
    try {
      String host = new URI(filled).getHost();
      if (host != null && url.startsWith(host, url.indexOf("://") + 3)) {
        return;
      }
    } catch (URISyntaxException e) {
      // The same message for all that is no such URL.
    }
    section.problemAt(
        "url",
        "'"
            + section.path()
            + ".url': a URL with its host, {value} and {id} only after it, expected, got '"
            + url
            + "'");
  }
}
