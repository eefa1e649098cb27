// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Takes;
import io.fieldline.messages.Topics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;

/// What the actuators of a device are, and what is desired of them: from the thing's classic shadow
/// and its shadow `commands`. An actuator of a child is named `<child>:<actuator>` in the shadows
/// of its gateway.
final class Actuators {
  /// What a command can be for.
  private static final String NAME = "[a-zA-Z0-9:_-]{1,128}";

  private final IotDataPlaneClient shadows;

  Actuators(IotDataPlaneClient shadows) {
    this.shadows = shadows;
  }

  /// By actuator: `reported`, `desired`, `takes`.
  Map<String, Object> of(Devices.Device device) throws MessageException {
    var actuators = new TreeMap<String, Map<String, Object>>();
    var reported = state(device.thing(), Optional.empty(), "reported");
    for (var entry : reported.members().entrySet()) {
      // An object or a list is no actuator's state.
      if (!(entry.getValue() instanceof Map) && !(entry.getValue() instanceof List)) {
        actuators
            .computeIfAbsent(entry.getKey(), name -> new HashMap<>())
            .put("reported", entry.getValue());
      }
    }
    declared(reported, actuators);
    var desired = state(device.thing(), Optional.of(Topics.COMMANDS_SHADOW), "desired");
    for (var entry : desired.members().entrySet()) {
      if (entry.getValue() instanceof Map<?, ?> command && command.get("value") != null) {
        actuators
            .computeIfAbsent(entry.getKey(), name -> new HashMap<>())
            .put("desired", command.get("value"));
      }
    }
    return ofDevice(device, actuators);
  }

  /// Those that the device lists, be they never moved yet, and what each takes. What it lists
  /// wrongly is left out: a device may say anything.
  private static void declared(JsonObject reported, Map<String, Map<String, Object>> actuators) {
    if (reported.members().get(Takes.REPORTED) instanceof List<?> listed) {
      for (var one : listed) {
        if (one instanceof Map<?, ?> members
            && members.get("name") instanceof String name
            && name.matches(NAME)) {
          var actuator = actuators.computeIfAbsent(name, _ -> new HashMap<>());
          Takes.of(members).ifPresent(takes -> actuator.put("takes", takes.members()));
        }
      }
    }
  }

  private static Map<String, Object> ofDevice(
      Devices.Device device, Map<String, Map<String, Object>> actuators) {
    var own = new LinkedHashMap<String, Object>();
    if (device.name().equals(device.thing())) {
      own.putAll(actuators);
      return own;
    }
    var prefix = device.name().substring(device.thing().length() + 1) + ":";
    actuators.forEach((name, actuator) -> {
      if (name.startsWith(prefix)) {
        own.put(name, actuator);
      }
    });
    return own;
  }

  private JsonObject state(String thing, Optional<String> shadow, String part)
      throws MessageException {
    try {
      var document =
          shadows.getThingShadow(request -> {
            request.thingName(thing);
            shadow.ifPresent(request::shadowName);
          });
      return JsonObject.parse(document.payload().asByteArray())
          .optionalObject("state")
          .optionalObject(part);
    } catch (ResourceNotFoundException noShadowYet) {
      return JsonObject.of(Map.of());
    }
  }
}
