// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.Caller;
import io.fieldline.mqtt.TransportDetails;
import java.util.Optional;

/// Who signed the request that became a WebSocket.
@FunctionalInterface
public interface SignedUpgrades {
  /// Empty where the request has no signature.
  ///
  /// @throws io.fieldline.localstack.api.AwsFailure where it has a wrong one
  Optional<Caller> callerOf(TransportDetails.HttpUpgrade request);
}
