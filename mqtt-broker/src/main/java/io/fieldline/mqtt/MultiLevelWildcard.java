// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// Whether {@code a/#} also matches {@code a} itself.
public enum MultiLevelWildcard {
  /// As MQTT says (4.7.1.2).
  PARENT_AND_BELOW,
  /// As AWS IoT Core does. Source: AWS IoT Core Developer Guide, MQTT topics, topic filters.
  BELOW_ONLY;

  boolean includesParent() {
    return this == PARENT_AND_BELOW;
  }
}
