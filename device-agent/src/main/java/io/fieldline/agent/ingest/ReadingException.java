// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

/// A sensor said something that is no reading; the message says what was expected and what came.
public final class ReadingException extends Exception {
  private static final long serialVersionUID = 1L;

  /// What was wrong, as it is counted.
  public enum Reason {
    /// Not of any form that is understood.
    SYNTAX,
    /// A value of a kind that cannot be kept.
    TYPE,
    /// A name that cannot be kept.
    NAME,
    /// A time that cannot be.
    TIMESTAMP,
    /// Longer than allowed.
    SIZE,
    /// Not text.
    BINARY
  }

  private final Reason reason;

  /// An exception of that reason.
  public ReadingException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// What was wrong.
  public Reason reason() {
    return reason;
  }
}
