// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import java.util.Optional;

/// Who is at the other end of a connection.
///
/// @param device the full name of the child that proved itself; empty for anybody
public record Sender(Optional<String> device) {
  /// Nobody in particular.
  public static final Sender ANYBODY = new Sender(Optional.empty());

  static Sender of(String device) {
    return new Sender(Optional.of(device));
  }
}
