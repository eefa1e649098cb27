// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;

/// The spool could not keep what it was given; nothing of it was kept, and the sensor may try
/// again.
public final class SpoolException extends IOException {
  private static final long serialVersionUID = 1L;

  /// What the caller can act on.
  public enum Reason {
    /// Another process holds the folder.
    LOCKED,
    /// No room: the disk is full or the bound is reached with nothing that may be dropped.
    FULL,
    /// Writers come faster than the disk takes them.
    BUSY,
    /// The spool was closed.
    CLOSED
  }

  private final Reason reason;

  /// An exception that says what was expected and what came.
  public SpoolException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// Why.
  public Reason reason() {
    return reason;
  }
}
