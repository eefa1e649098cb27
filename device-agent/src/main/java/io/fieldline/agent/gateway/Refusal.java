// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import java.time.Duration;

/// Why readings are not taken from their sender.
///
/// @param message what was expected and what came
/// @param retryAfter when it may try again; zero if trying again does not help
public record Refusal(Kind kind, String message, Duration retryAfter) {
  /// What is wrong.
  public enum Kind {
    /// The sender has not proved to be that device.
    IDENTITY,
    /// The device is not known, and only known ones are taken.
    UNKNOWN_DEVICE,
    /// More than was agreed.
    QUOTA
  }
}
