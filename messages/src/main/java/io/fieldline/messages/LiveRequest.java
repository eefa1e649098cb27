// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// Desired in the named shadow `live`: send live values until then.
///
/// @param untilMs epoch milliseconds
public record LiveRequest(long untilMs) {
  /// Refuses what is no time.
  public LiveRequest {
    Checks.time("untilMs", untilMs);
  }
}
