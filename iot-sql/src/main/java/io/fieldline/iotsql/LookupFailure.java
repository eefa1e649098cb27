// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

/// A lookup in another service failed, or a limit of SET was reached, and with it the rule fails.
public final class LookupFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LookupFailure(String message) {
    super(message);
  }
}
