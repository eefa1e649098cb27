// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// What becomes of a connection whose PUBLISH the authorizer denied.
public enum DeniedPublish {
  /// It ends: MQTT 5 clients get DISCONNECT 0x87.
  CLOSE,
  /// An MQTT 5 client at QoS 1 gets PUBACK 0x87 and stays; every other connection ends.
  REFUSE_OR_CLOSE,
  /// The message is dropped. An MQTT 5 client at QoS 1 gets PUBACK 0x87, a 3.1.1 client, which has
  /// no such answer, an ordinary PUBACK.
  DISCARD
}
