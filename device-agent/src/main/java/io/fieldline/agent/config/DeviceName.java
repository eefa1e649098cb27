// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

/// Names of devices behind the agent: in keys and messages a child is `<thing>:<device>`.
public final class DeviceName {
  private DeviceName() {}

  /// The full name of a device; the thing's own name, and a full name, stay as they are.
  public static String of(String thing, String device) {
    return device.equals(thing) || device.startsWith(thing + ":") ? device : thing + ":" + device;
  }
}
