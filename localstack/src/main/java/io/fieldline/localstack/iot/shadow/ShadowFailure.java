// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

/// Why a shadow request was rejected, in AWS's words.
///
/// Source: AWS IoT Core Developer Guide, "Device Shadow error messages".
final class ShadowFailure extends RuntimeException {
  private final int code;

  ShadowFailure(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  static ShadowFailure badRequest(String message) {
    return new ShadowFailure(400, message);
  }

  int code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
