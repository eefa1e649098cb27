// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import java.io.IOException;

/// What is wrong with a token, in plain words.
public final class TokenException extends IOException {
  private static final long serialVersionUID = 1L;

  /// What it is about.
  public enum Reason {
    /// The library cannot be used.
    LIBRARY,
    /// There is no such token.
    TOKEN,
    /// The token does not take the PIN. Trying again locks it.
    PIN,
    /// There is no such key or certificate in it.
    OBJECT,
    /// It did not do what it was asked to.
    DEVICE
  }

  private final Reason reason;

  TokenException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// What it is about.
  public Reason reason() {
    return reason;
  }
}
