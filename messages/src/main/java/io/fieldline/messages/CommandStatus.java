// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// How far a command has come. The first terminal status stays.
public enum CommandStatus {
  /// Written by the backend, not yet answered.
  PENDING,
  /// Taken by the device, being carried out.
  ACCEPTED,
  /// Done.
  SUCCEEDED,
  /// Tried, and not done.
  FAILED,
  /// Not tried: the device has no such actuator, or not such a value.
  REJECTED,
  /// Not tried in time.
  EXPIRED,
  /// Replaced by a later command before it was answered.
  SUPERSEDED;

  /// Nothing more happens to a command in this status.
  public boolean isTerminal() {
    return switch (this) {
      case PENDING, ACCEPTED -> false;
      case SUCCEEDED, FAILED, REJECTED, EXPIRED, SUPERSEDED -> true;
    };
  }
}
