// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

/// Why a device's request was rejected.
///
/// Source: for the token that is missing, aws-iot-device-sdk-js-v2 issue 69. Assumed: the codes and
/// texts of the others, in the same manner.
final class ProvisioningFailure extends RuntimeException {
  private final int status;
  private final String code;

  ProvisioningFailure(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  static ProvisioningFailure invalidPayload(String message) {
    return new ProvisioningFailure(400, "InvalidPayload", message);
  }

  static ProvisioningFailure invalidToken(String message) {
    return new ProvisioningFailure(400, "InvalidCertificateOwnershipToken", message);
  }

  static ProvisioningFailure accessDenied() {
    return new ProvisioningFailure(403, "AccessDenied", "Access Denied");
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
