// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import java.util.Optional;

/// A message on a topic that begins with a dollar sign, and who published it.
///
/// @param clientId absent where it came over HTTP or from the stack itself: then there is nobody to
///   answer
/// @param certificateId absent where the client showed no certificate
public record ReservedRequest(
    String topic, byte[] payload, Optional<String> clientId, Optional<String> certificateId) {}
