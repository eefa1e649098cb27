// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

/// A request is answered with an error.
public final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// An error with that HTTP status and a message for people.
  public ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  /// The HTTP status.
  public int status() {
    return status;
  }
}
