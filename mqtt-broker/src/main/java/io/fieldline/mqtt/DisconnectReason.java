// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// Why a connection ended.
public enum DisconnectReason {
  CLIENT_INITIATED(0x00),
  CONNECTION_LOST(0x80),
  /// The client broke the protocol or a limit.
  CLIENT_ERROR(0x82),
  DUPLICATE_CLIENT_ID(0x8E),
  FORBIDDEN_ACCESS(0x87),
  KEEP_ALIVE_TIMEOUT(0x8D),
  SERVER_ERROR(0x80),
  SERVER_INITIATED(0x8B),
  THROTTLED(0x97),
  /// The time that the authenticator gave is over.
  LIFETIME_OVER(0xA0),
  /// {@link MqttBroker#disconnect} was called.
  ADMINISTRATIVE(0x98);

  private final int code;

  DisconnectReason(int code) {
    this.code = code;
  }

  /// The reason code in an MQTT 5 DISCONNECT. Source: MQTT 5.0, table 2-6.
  int code() {
    return code;
  }
}
