// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.MqttPreset;
import java.util.List;
import java.util.Optional;

/// What the topics of a family of devices mean.
///
/// Source: zigbee2mqtt.io, guide/usage/mqtt_topics_and_messages and
/// guide/configuration/device-availability; tasmota.github.io/docs, MQTT (topics, LWT); esphome.io,
/// components/mqtt (birth and will, state and command topics).
final class PresetTopics {
  private static final List<String> ESPHOME_VALUES =
      List.of("sensor", "number", "binary_sensor", "switch", "fan");

  private final MqttPreset preset;
  private final String before;

  PresetTopics(MqttPreset preset) {
    this.preset = preset;
    this.before = preset.base().isEmpty() ? "" : preset.base() + "/";
  }

  /// What a message is about.
  sealed interface Meaning {
    /// A JSON object whose numbers are sensors, their names begun with a prefix.
    record Document(String device, String prefix, ForeignUnits units) implements Meaning {}

    /// One number or truth value.
    record Value(String device, String sensor) implements Meaning {}

    /// `online` or `offline`, perhaps as `state` of a JSON object.
    record Presence(String device) implements Meaning {}

    /// A command, a log or something else that is no reading.
    record Nothing() implements Meaning {}
  }

  /// Empty if the topic is not of the family.
  Optional<Meaning> meaning(String topic) {
    if (!topic.startsWith(before)) {
      return Optional.empty();
    }
    String[] levels = topic.substring(before.length()).split("/", -1);
    return switch (preset.family()) {
      case ZIGBEE2MQTT -> Optional.of(zigbee2mqtt(levels));
      case TASMOTA -> tasmota(levels);
      case ESPHOME -> esphome(levels);
    };
  }

  /// A friendly name may have levels of its own.
  private Meaning zigbee2mqtt(String[] levels) {
    if (levels[0].equals("bridge")) {
      return levels.length == 2 && levels[1].equals("state")
          ? new Meaning.Presence(device(preset.base()))
          : new Meaning.Nothing();
    }
    String last = levels[levels.length - 1];
    boolean command =
        levels.length > 1
            && (last.equals("set")
                || last.equals("get")
                || levels[levels.length - 2].equals("set")
                || levels[levels.length - 2].equals("get"));
    if (command) {
      return new Meaning.Nothing();
    }
    if (levels.length > 1 && last.equals("availability")) {
      return new Meaning.Presence(device(joined(levels, levels.length - 1)));
    }
    return new Meaning.Document(device(joined(levels, levels.length)), "", ForeignUnits.ZIGBEE);
  }

  private static Optional<Meaning> tasmota(String[] levels) {
    if (levels.length != 3) {
      return Optional.empty();
    }
    String device = device(levels[1]);
    return switch (levels[0]) {
      case "tele" ->
          Optional.of(
              switch (levels[2]) {
                case "SENSOR", "STATE" -> new Meaning.Document(device, "", ForeignUnits.TASMOTA);
                case "LWT" -> new Meaning.Presence(device);
                default -> new Meaning.Nothing();
              });
      case "stat" ->
          Optional.of(
              levels[2].matches("POWER\\d*")
                  ? new Meaning.Value(device, levels[2])
                  : new Meaning.Nothing());
      case "cmnd" -> Optional.of(new Meaning.Nothing());
      default -> Optional.empty();
    };
  }

  private static Optional<Meaning> esphome(String[] levels) {
    String last = levels[levels.length - 1];
    if (levels.length == 2) {
      return switch (last) {
        case "status" -> Optional.of(new Meaning.Presence(device(levels[0])));
        case "debug" -> Optional.of(new Meaning.Nothing());
        default -> Optional.empty();
      };
    }
    if (levels.length == 4 && last.equals("state")) {
      String device = device(levels[0]);
      if (ESPHOME_VALUES.contains(levels[1])) {
        return Optional.of(new Meaning.Value(device, levels[2]));
      }
      return Optional.of(
          levels[1].equals("light")
              ? new Meaning.Document(device, levels[2] + ".", ForeignUnits.NONE)
              : new Meaning.Nothing());
    }
    return last.equals("command") ? Optional.of(new Meaning.Nothing()) : Optional.empty();
  }

  private static String joined(String[] levels, int count) {
    return String.join("/", List.of(levels).subList(0, count));
  }

  /// Names there may hold any characters.
  private static String device(String name) {
    String kept = name.replaceAll("[^a-zA-Z0-9:_-]+", "_");
    return kept.isEmpty() ? "_" : kept;
  }
}
