// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// How sure a delivery is. QoS 2 is not offered: AWS IoT Core has none.
public enum Qos {
  AT_MOST_ONCE,
  AT_LEAST_ONCE;

  public int level() {
    return ordinal();
  }

  /// The lesser of the two.
  Qos atMost(Qos other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
