// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.mqtt.PublishedMessage;
import java.util.Optional;

/// A publish that was allowed, and who made it.
///
/// @param clientId absent for a publish over HTTP and for the stack's own
/// @param principal certificate id, principal of an authorizer, or ARN
public record AcceptedMessage(
    PublishedMessage message,
    Optional<String> clientId,
    Optional<String> principal,
    Optional<String> sourceIp) {}
