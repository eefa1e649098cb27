// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.messages.Takes;
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
  /// What the classic shadow reports beside the actuators' states.
  private static final Set<String> RESERVED = Set.of(Takes.REPORTED, "lostReadings");

  List<ActuatorConfig> read(Map<String, YamlSection> named) {
    List<ActuatorConfig> actuators = new ArrayList<>();
    named.forEach((name, section) -> {
      if (!name.matches(ConfigFile.NAME)) {
        section.problem(ConfigFile.NAME_EXPECTED + " expected as name");
      }
      if (RESERVED.contains(name)) {
        section.problem("another name expected: the shadow has that for something else");
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

  private ActuatorConfig actuator(String name, YamlSection any) {
    Type type = any.requiredChoice("type", Type.class, "how it is reached");
    Optional<Takes> takes = TakesSection.read(any, type == Type.SWITCH);
    return switch (type) {
      case SWITCH -> new ActuatorConfig.Switch(name, takes);
      case EXEC -> {
        YamlSection section = any.ofKind("exec");
        yield new ActuatorConfig.Exec(name, takes, command(section), timeout(section));
      }
      case TCP -> {
        YamlSection section = any.ofKind("tcp");
        String device =
            section.requiredDevice(thing, "the device that holds a TCP connection to the agent");
        yield new ActuatorConfig.Tcp(name, takes, device, timeout(section));
      }
      case MQTT -> mqtt(name, takes, any.ofKind("mqtt"));
      case HTTP -> http(name, takes, any.ofKind("http"));
    };
  }

  private List<String> command(YamlSection section) {
    List<String> command =
        section.texts(
            "command",
            "an allowed program and its arguments",
            "what is run, with no shell; {value} is filled in, exit status 0 is success");
    if (command.isEmpty()) {
      section.missing("command", "a list of an allowed program and its arguments");
    } else if (!allowed.contains(command.getFirst()) || !Path.of(command.getFirst()).isAbsolute()) {
      section.problem(
          "command",
          "an absolute path that is in allowedPrograms expected, got '" + command.getFirst() + "'");
    }
    return command;
  }

  private static Duration timeout(YamlSection section) {
    return section.millis(
        "timeoutMs", 5000, 10, 3_600_000, "after this the command counts as failed");
  }

  private static ActuatorConfig mqtt(String name, Optional<Takes> takes, YamlSection section) {
    return new ActuatorConfig.Mqtt(
        name,
        takes,
        section.required(
            "topic", "[^#+]{1,512}", "a topic name", "where it is told, by the local listener"),
        section
            .text(
                "payload",
                "text",
                "{value}",
                "what it is told; {value}, {onOff} (ON or OFF of a truth value) and {id} are filled in")
            .orElse("{value}"),
        section.text(
            "answerTopic", "where it answers; without it, reaching a subscriber is success"),
        timeout(section));
  }

  private static ActuatorConfig http(String name, Optional<Takes> takes, YamlSection section) {
    String url =
        section.required(
            "url",
            "https?://\\S+",
            "a URL of http or https",
            "where it is asked; {value} and {id}, percent-encoded, after the host");
    if (!url.isEmpty()) {
      checkUrl(section, url);
    }
    return new ActuatorConfig.Http(
        name,
        takes,
        url,
        section.choice(
            "method",
            ActuatorConfig.Method.POST,
            "how it is asked; a status from 200 to 299 is success"),
        section.text("body", "body of post and put; {value} and {id} are filled in").orElse(""),
        section
            .text("contentType", "text", "application/json", "what the body is")
            .orElse("application/json"),
        section.text("authorization", "the header of that name, where the device wants one"),
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
    section.problem(
        "url", "a URL with its host, {value} and {id} only after it, expected, got '" + url + "'");
  }
}
