// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.messages.CommandOutcome;

/// Where a command has come to.
///
/// @param atMs epoch milliseconds at which it came there
/// @param detail for a person; empty if there is nothing to add
public record Outcome(DesiredCommand command, Status status, long atMs, String detail) {
  /// Cuts a long detail.
  public Outcome {
    if (detail.length() > CommandOutcome.MAX_DETAIL) {
      detail = detail.substring(0, CommandOutcome.MAX_DETAIL - 1) + "…";
    }
  }

  /// The states a device reports.
  public enum Status {
    /// Taken on; the end is still to come.
    ACCEPTED,
    /// Done.
    SUCCEEDED,
    /// Tried, and not done.
    FAILED,
    /// Not tried: nobody here can do it.
    REJECTED,
    /// Not tried: it came too late.
    EXPIRED
  }
}
