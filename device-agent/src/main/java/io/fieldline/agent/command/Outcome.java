// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

/// Where a command has come to.
///
/// @param atMs epoch milliseconds at which it came there
/// @param detail for a person; empty if there is nothing to add
public record Outcome(DesiredCommand command, Status status, long atMs, String detail) {
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
