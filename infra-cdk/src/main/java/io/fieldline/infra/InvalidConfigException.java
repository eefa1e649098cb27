// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import java.io.Serial;

/// A stage's configuration cannot be used; the message says what was expected, what came and where.
public final class InvalidConfigException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  InvalidConfigException(String message) {
    super(message);
  }

  InvalidConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
