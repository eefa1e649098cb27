// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.messages.Takes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How one actuator is reached.
public sealed interface ActuatorConfig {
  /// Its name in commands and in the shadow.
  String name();

  /// What it takes; empty where nobody said, so that it is tried with anything.
  Optional<Takes> takes();

  /// A program of the machine; `{value}` in an argument stands for the command's value.
  ///
  /// @param command absolute path and arguments; the path is on the list of allowed programs
  record Exec(String name, Optional<Takes> takes, List<String> command, Duration timeout)
      implements ActuatorConfig {
    /// Copies the list.
    public Exec {
      command = List.copyOf(command);
    }
  }

  /// A device that holds a TCP connection to the agent.
  record Tcp(String name, Optional<Takes> takes, String device, Duration timeout)
      implements ActuatorConfig {}

  /// A device on the local MQTT listener.
  ///
  /// @param payload what is published; `{value}` stands for the value, `{id}` for the command's id
  /// @param answerTopic where the device answers; without it, reaching a subscriber is success
  record Mqtt(
      String name,
      Optional<Takes> takes,
      String topic,
      String payload,
      Optional<String> answerTopic,
      Duration timeout)
      implements ActuatorConfig {}

  /// How a device is asked over HTTP.
  enum Method {
    GET,
    POST,
    PUT
  }

  /// A device that is an HTTP server.
  ///
  /// @param url `{value}` and `{id}` after its host are filled in, percent-encoded
  /// @param body what is sent by POST and PUT; `{value}` and `{id}` are filled in
  /// @param authorization header of that name, where the device wants one
  record Http(
      String name,
      Optional<Takes> takes,
      String url,
      Method method,
      String body,
      String contentType,
      Optional<String> authorization,
      Duration timeout)
      implements ActuatorConfig {}

  /// A switch that exists in the agent only; a dimmer or a choice, where it takes that.
  record Switch(String name, Optional<Takes> takes) implements ActuatorConfig {}
}
