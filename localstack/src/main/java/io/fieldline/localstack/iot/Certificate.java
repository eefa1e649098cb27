// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.time.Instant;

/// A registered device certificate as it is kept.
///
/// @param id SHA-256 of its DER form, in hex
/// @param status as AWS names it: ACTIVE, INACTIVE, REVOKED
record Certificate(
    String id,
    String pem,
    String status,
    String mode,
    Instant createdAt,
    Instant modifiedAt,
    int customerVersion,
    String generationId,
    Instant notBefore,
    Instant notAfter) {
  boolean isActive() {
    return status.equals("ACTIVE");
  }

  Certificate withStatus(String next, Instant at) {
    return new Certificate(
        id, pem, next, mode, createdAt, at, customerVersion, generationId, notBefore, notAfter);
  }
}
