// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.gateway.Refusal;
import java.time.Duration;

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
    BINARY,
    /// No value, but an answer that says why.
    ANSWER,
    /// Of a device that the sender has not proved to be.
    IDENTITY,
    /// Of a device that is not known.
    UNKNOWN_DEVICE,
    /// More than was agreed.
    QUOTA
  }

  private final Reason reason;
  private final Duration retryAfter;

  /// An exception of that reason.
  public ReadingException(Reason reason, String message) {
    this(reason, message, Duration.ZERO);
  }

  /// An exception because of a device's terms.
  ReadingException(Refusal refusal) {
    this(
        switch (refusal.kind()) {
          case IDENTITY -> Reason.IDENTITY;
          case UNKNOWN_DEVICE -> Reason.UNKNOWN_DEVICE;
          case QUOTA -> Reason.QUOTA;
        },
        refusal.message(),
        refusal.retryAfter());
  }

  private ReadingException(Reason reason, String message, Duration retryAfter) {
    super(message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /// The same, with where in a message it was.
  ReadingException at(String place) {
    return new ReadingException(reason, place + ": " + getMessage(), retryAfter);
  }

  /// When it may be tried again; zero if that does not help.
  Duration retryAfter() {
    return retryAfter;
  }

  /// What was wrong.
  public Reason reason() {
    return reason;
  }
}
