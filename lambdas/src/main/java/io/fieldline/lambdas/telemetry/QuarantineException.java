// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.tables.Quarantined;

/// A message that no retry can heal.
final class QuarantineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Quarantined.Kind kind;

  QuarantineException(Quarantined.Kind kind, String reason) {
    super(reason);
    this.kind = kind;
  }

  Quarantined.Kind kind() {
    return kind;
  }
}
