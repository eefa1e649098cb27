// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

/// The services that clients ask on reserved topics.
@FunctionalInterface
public interface ReservedRequests {
  /// Carries out what the message asks for, if it asks for anything. True where nobody else is to
  /// receive it.
  boolean take(ReservedRequest request);
}
