// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.ingest.LocalMqttListener;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Takes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A device on the local MQTT listener. With an answer topic its answer decides: a JSON object with
/// `error`, or Tasmota's `{"Command":"Unknown"}`, is a failure, anything else success; without one,
/// reaching a subscriber is success.
public final class MqttActuator implements Actuator {
  private final ActuatorConfig.Mqtt config;
  private final LocalMqttListener mqtt;

  /// An actuator on that listener.
  public MqttActuator(ActuatorConfig.Mqtt config, LocalMqttListener mqtt) {
    this.config = config;
    this.mqtt = mqtt;
  }

  @Override
  public Optional<Takes> takes() {
    return config.takes();
  }

  @Override
  public Result actuate(DesiredCommand command) throws InterruptedException {
    if (!mqtt.reaches(config.topic())) {
      return Result.failed("no connected device listens to " + config.topic());
    }
    String value = command.value() instanceof String text ? text : JsonText.write(command.value());
    String payload =
        config
            .payload()
            .replace("{value}", value)
            .replace("{onOff}", onOff(command.value()))
            .replace("{id}", command.id());
    Optional<String> answerTopic = config.answerTopic();
    if (answerTopic.isEmpty()) {
      mqtt.publish(config.topic(), payload);
      return Result.DONE;
    }
    BlockingQueue<String> answers = new ArrayBlockingQueue<>(1);
    try (var _ = mqtt.hear(answerTopic.get(), answers::offer)) {
      mqtt.publish(config.topic(), payload);
      @Nullable String answer = answers.poll(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return answer == null
          ? Result.failed(
              "no answer at "
                  + answerTopic.get()
                  + " within "
                  + config.timeout().toMillis()
                  + " ms")
          : result(answer);
    }
  }

  /// Devices that know no truth values want it so.
  private static String onOff(Object value) {
    return switch (value) {
      case Boolean truth -> truth ? "ON" : "OFF";
      case Number number -> number.doubleValue() == 0 ? "OFF" : "ON";
      default -> String.valueOf(value).toUpperCase(Locale.ROOT);
    };
  }

  private static Result result(String answer) {
    try {
      Map<String, Object> members = JsonText.parseObject(answer);
      // Source: tasmota.github.io/docs, Commands: what it does not know, or cannot do, it says so.
      if (members.get("Command") instanceof String said && said.matches("Unknown|Error")) {
        return Result.failed("the device says: command " + said);
      }
      Object error = members.get("error");
      return error == null
          ? Result.DONE
          : Result.failed(error instanceof String text ? text : JsonText.write(error));
    } catch (JsonSyntaxException e) {
      return Result.DONE;
    }
  }
}
