// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Alarm rules to JSON and back.
final class AlarmRuleJson {
  private @Nullable String name;
  private @Nullable String device;
  private @Nullable String sensor;
  private AlarmRule.@Nullable Side side;
  private @Nullable Double threshold;
  private double hysteresis;
  private AlarmRule.@Nullable Reaction command;

  private AlarmRuleJson() {}

  static void write(JsonGenerator out, AlarmRule rule) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", rule.name());
    out.writeStringField("device", rule.device());
    out.writeStringField("sensor", rule.sensor());
    out.writeStringField("side", rule.side().name());
    out.writeFieldName("threshold");
    JsonOut.number(out, rule.threshold());
    out.writeFieldName("hysteresis");
    JsonOut.number(out, rule.hysteresis());
    var command = rule.command();
    if (command != null) {
      out.writeObjectFieldStart("command");
      out.writeStringField("thing", command.thing());
      out.writeStringField("actuator", command.actuator());
      out.writeFieldName("value");
      JsonOut.value(out, command.value());
      out.writeNumberField("validForMs", command.validForMs());
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  static AlarmRule read(JsonIn in) throws IOException {
    var draft = new AlarmRuleJson();
    in.object(name -> draft.take(name, in));
    return new AlarmRule(
        in.required(draft.name, "name"),
        in.required(draft.device, "device"),
        in.required(draft.sensor, "sensor"),
        in.required(draft.side, "side"),
        in.required(draft.threshold, "threshold"),
        draft.hysteresis,
        draft.command);
  }

  private void take(String member, JsonIn in) throws IOException {
    switch (member) {
      case "name" -> name = in.text();
      case "device" -> device = in.text();
      case "sensor" -> sensor = in.text();
      case "side" -> side = in.oneOf(AlarmRule.Side.class);
      case "threshold" -> threshold = in.number();
      case "hysteresis" -> hysteresis = in.number();
      case "command" -> command = in.isNull() ? null : reaction(in);
      default -> {}
    }
  }

  private static AlarmRule.Reaction reaction(JsonIn in) throws IOException {
    var draft =
        new Object() {
          @Nullable String thing;
          @Nullable String actuator;
          @Nullable ActuatorValue value;
          @Nullable Long validForMs;
        };
    in.object(member -> {
      switch (member) {
        case "thing" -> draft.thing = in.text();
        case "actuator" -> draft.actuator = in.text();
        case "value" -> draft.value = in.actuatorValue();
        case "validForMs" -> draft.validForMs = in.whole();
        default -> {}
      }
    });
    return new AlarmRule.Reaction(
        in.required(draft.thing, "thing"),
        in.required(draft.actuator, "actuator"),
        in.required(draft.value, "value"),
        in.required(draft.validForMs, "validForMs"));
  }
}
