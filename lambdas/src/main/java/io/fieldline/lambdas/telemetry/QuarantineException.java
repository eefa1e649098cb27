// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

/// A message that no retry can heal.
final class QuarantineException extends Exception {
  private static final long serialVersionUID = 1L;

  QuarantineException(String reason) {
    super(reason);
  }
}
