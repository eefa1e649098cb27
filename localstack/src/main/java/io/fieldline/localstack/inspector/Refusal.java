// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

/// Why the inspector does not do what it is asked: what was expected, and what came.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;

  Refusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static Refusal expected(String what, String got) {
    return new Refusal(400, "expected " + what + ", got " + got);
  }

  int status() {
    return status;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
