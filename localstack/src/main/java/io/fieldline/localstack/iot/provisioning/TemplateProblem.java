// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

/// Why a template's body, or what it makes of a device's parameters, cannot be used.
final class TemplateProblem extends RuntimeException {
  TemplateProblem(String message) {
    super(message, null, false, false);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
