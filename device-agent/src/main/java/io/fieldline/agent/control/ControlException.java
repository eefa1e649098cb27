// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

/// What was asked cannot be done; the message says what was expected, what came, and what to do.
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  /// With that message for the person.
  public ControlException(String message) {
    super(message);
  }
}
