// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.util.List;

/// An alarm rule as a device's agent knows it: about values of its own devices, whoever they are
/// chosen by in the backend, and without what is commanded then.
///
/// A composite is not mirrored: it turns when one of its rules does, and each of them is mirrored
/// itself. Nor is absence, which nobody sees who is absent.
///
/// @param name its name
/// @param condition a threshold or a rate
/// @param devices on which it is judged, each by itself
public record MirroredRule(String name, AlarmCondition condition, List<String> devices) {
  /// Refuses what an agent cannot judge.
  public MirroredRule {
    Checks.name("name", name);
    if (!isMirrored(condition)) {
      throw Checks.wrong("kind", "THRESHOLD or RATE", condition.getClass().getSimpleName());
    }
    devices = List.copyOf(devices);
    if (devices.isEmpty()) {
      throw Checks.wrong("devices", "1 name or more", devices);
    }
    devices.forEach(device -> Checks.name("devices", device));
  }

  /// Whether rules with such a condition are mirrored.
  public static boolean isMirrored(AlarmCondition condition) {
    return switch (condition) {
      case AlarmCondition.Threshold _, AlarmCondition.Rate _ -> true;
      case AlarmCondition.Absence _, AlarmCondition.Composite _ -> false;
    };
  }

  /// The rule as it is judged on each of its devices.
  public List<AlarmRule> each() {
    return devices.stream().map(device -> new AlarmRule(name, device, condition, null)).toList();
  }
}
