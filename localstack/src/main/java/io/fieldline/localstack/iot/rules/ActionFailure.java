// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

/// An action that cannot take this message, before any call.
final class ActionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ActionFailure(String message) {
    super(message, null, false, false);
  }
}
