// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

/// Sees every accepted publish, whoever made it: clients, the HTTP API, the stack itself. It
/// returns at once.
@FunctionalInterface
public interface MqttMessages {
  /// False where there is no room for it: the publisher is then not told that all is well.
  boolean accepted(AcceptedMessage message);
}
