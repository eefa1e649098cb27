// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

/// A request that cannot be read: what was expected, what came, where.
final class MalformedInput extends RuntimeException {
  MalformedInput(String message) {
    super(message, null, false, false);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
