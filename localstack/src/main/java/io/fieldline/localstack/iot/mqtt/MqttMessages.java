// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.iot.rules.Settlement;

/// Sees every accepted publish, whoever made it: clients, the HTTP API, the stack itself. It
/// returns at once.
@FunctionalInterface
public interface MqttMessages {
  /// False where there is no room for it: the publisher is then not told that all is well. What is
  /// still to be done holds the settlement.
  boolean accepted(AcceptedMessage message, Settlement settlement);
}
