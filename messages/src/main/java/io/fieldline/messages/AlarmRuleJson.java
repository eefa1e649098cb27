// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Alarm rules to JSON and back. A rule without a `kind` is about a threshold, as all were before
/// there were kinds.
final class AlarmRuleJson {
  private @Nullable String name;
  private @Nullable String device;
  private @Nullable String group;
  private @Nullable String type;
  private Kind kind = Kind.THRESHOLD;
  private @Nullable String sensor;
  private AlarmBound.@Nullable Side side;
  private @Nullable Double threshold;
  private @Nullable Double perSecond;
  private @Nullable Double perMinute;
  private double hysteresis;
  private long holdSeconds;
  private long overSeconds = AlarmCondition.Rate.USUAL_SECONDS;
  private @Nullable Long afterSeconds;
  private AlarmCondition.@Nullable Of of;
  private @Nullable List<String> rules;
  private AlarmRule.@Nullable Reaction command;
  private @Nullable List<String> devices;

  private AlarmRuleJson() {}

  private enum Kind {
    THRESHOLD,
    RATE,
    ABSENCE,
    COMPOSITE
  }

  static void write(JsonGenerator out, AlarmRule rule) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", rule.name());
    var subject =
        switch (rule.subject()) {
          case AlarmSubject.Device _ -> "device";
          case AlarmSubject.Group _ -> "group";
          case AlarmSubject.Type _ -> "type";
        };
    out.writeStringField(subject, rule.subject().name());
    write(out, rule.condition());
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

  static void write(JsonGenerator out, MirroredRule rule) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", rule.name());
    write(out, rule.condition());
    texts(out, "devices", rule.devices());
    out.writeEndObject();
  }

  private static void texts(JsonGenerator out, String member, List<String> texts)
      throws IOException {
    out.writeArrayFieldStart(member);
    for (var text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  private static void write(JsonGenerator out, AlarmCondition condition) throws IOException {
    switch (condition) {
      case AlarmCondition.Threshold(var of, var bound) -> {
        out.writeStringField("sensor", of);
        write(out, bound, "threshold");
      }
      case AlarmCondition.Rate(var of, var per, long overSeconds, var bound) -> {
        out.writeStringField("kind", Kind.RATE.name());
        out.writeStringField("sensor", of);
        write(out, bound, per == AlarmCondition.Per.SECOND ? "perSecond" : "perMinute");
        out.writeNumberField("overSeconds", overSeconds);
      }
      case AlarmCondition.Absence(var sensor, long afterSeconds) -> {
        out.writeStringField("kind", Kind.ABSENCE.name());
        if (sensor.isPresent()) {
          out.writeStringField("sensor", sensor.get());
        }
        out.writeNumberField("afterSeconds", afterSeconds);
      }
      case AlarmCondition.Composite(var of, var rules) -> {
        out.writeStringField("kind", Kind.COMPOSITE.name());
        out.writeStringField("of", of.name());
        texts(out, "rules", rules);
      }
    }
  }

  private static void write(JsonGenerator out, AlarmBound bound, String limit) throws IOException {
    out.writeStringField("side", bound.side().name());
    out.writeFieldName(limit);
    JsonOut.number(out, bound.limit());
    out.writeFieldName("hysteresis");
    JsonOut.number(out, bound.hysteresis());
    if (bound.holdSeconds() > 0) {
      out.writeNumberField("holdSeconds", bound.holdSeconds());
    }
  }

  static AlarmRule read(JsonIn in) throws IOException {
    var draft = new AlarmRuleJson();
    in.object(name -> draft.take(name, in));
    return new AlarmRule(
        in.required(draft.name, "name"), draft.subject(), draft.condition(in), draft.command);
  }

  static MirroredRule readMirrored(JsonIn in) throws IOException {
    var draft = new AlarmRuleJson();
    in.object(name -> draft.take(name, in));
    return new MirroredRule(
        in.required(draft.name, "name"),
        draft.condition(in),
        in.required(draft.devices, "devices"));
  }

  private AlarmSubject subject() {
    var given = new ArrayList<AlarmSubject>();
    if (device != null) {
      given.add(new AlarmSubject.Device(device));
    }
    if (group != null) {
      given.add(new AlarmSubject.Group(group));
    }
    if (type != null) {
      given.add(new AlarmSubject.Type(type));
    }
    if (given.size() != 1) {
      throw Checks.wrong("device", "one of device, group and type", given.size() + " of them");
    }
    return given.getFirst();
  }

  private AlarmCondition condition(JsonIn in) throws IOException {
    return switch (kind) {
      case THRESHOLD ->
          new AlarmCondition.Threshold(
              in.required(sensor, "sensor"), bound(in, in.required(threshold, "threshold")));
      case RATE -> rate(in);
      case ABSENCE ->
          new AlarmCondition.Absence(
              Optional.ofNullable(sensor), in.required(afterSeconds, "afterSeconds"));
      case COMPOSITE ->
          new AlarmCondition.Composite(in.required(of, "of"), in.required(rules, "rules"));
    };
  }

  private AlarmCondition rate(JsonIn in) throws IOException {
    if (perSecond != null && perMinute != null) {
      throw Checks.wrong("perMinute", "perMinute or perSecond, not both", perMinute);
    }
    return new AlarmCondition.Rate(
        in.required(sensor, "sensor"),
        perSecond == null ? AlarmCondition.Per.MINUTE : AlarmCondition.Per.SECOND,
        overSeconds,
        bound(in, perSecond == null ? in.required(perMinute, "perMinute") : perSecond));
  }

  private AlarmBound bound(JsonIn in, double limit) throws IOException {
    return new AlarmBound(in.required(side, "side"), limit, hysteresis, holdSeconds);
  }

  private void take(String member, JsonIn in) throws IOException {
    switch (member) {
      case "name" -> name = in.text();
      case "device" -> device = in.text();
      case "group" -> group = in.text();
      case "type" -> type = in.text();
      case "kind" -> kind = in.oneOf(Kind.class);
      case "sensor" -> sensor = in.text();
      case "side" -> side = in.oneOf(AlarmBound.Side.class);
      case "threshold" -> threshold = in.number();
      case "perSecond" -> perSecond = in.number();
      case "perMinute" -> perMinute = in.number();
      case "hysteresis" -> hysteresis = in.number();
      case "holdSeconds" -> holdSeconds = in.whole();
      case "overSeconds" -> overSeconds = in.whole();
      case "afterSeconds" -> afterSeconds = in.whole();
      case "of" -> of = in.oneOf(AlarmCondition.Of.class);
      case "rules" -> rules = texts(in);
      case "devices" -> devices = texts(in);
      case "command" -> command = in.isNull() ? null : reaction(in);
      default -> {}
    }
  }

  private static List<String> texts(JsonIn in) throws IOException {
    var texts = new ArrayList<String>();
    in.array(_ -> texts.add(in.text()));
    return texts;
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
