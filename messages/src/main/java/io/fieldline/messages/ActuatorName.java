// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// What a thing calls an actuator: what is behind a gateway has its own name before the actuator's,
/// `<device>:<actuator>`, whoever commands it.
public final class ActuatorName {
  private ActuatorName() {}

  /// The thing's name for it.
  ///
  /// @param device whose it is
  /// @param thing itself, or its gateway
  /// @param actuator with or without the device's name before it
  public static String of(String device, String thing, String actuator) {
    if (!device.startsWith(thing + ":")) {
      return actuator;
    }
    var prefix = device.substring(thing.length() + 1) + ":";
    return actuator.startsWith(prefix) ? actuator : prefix + actuator;
  }
}
