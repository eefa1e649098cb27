// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

/// A record of the batch that says something else than was expected.
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InputException(String message) {
    super(message);
  }
}
