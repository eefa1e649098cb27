// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.AwsFailure;

/// Firehose's errors. Where a wording is AWS's own it is as people report it of the service.
final class FirehoseFailures {
  private FirehoseFailures() {}

  static AwsFailure noSuchStream(String name, String account) {
    return new AwsFailure(
        "ResourceNotFoundException",
        400,
        "Firehose %s under account %s not found.".formatted(name, account));
  }

  static AwsFailure inUse(String name, String account) {
    return new AwsFailure(
        "ResourceInUseException",
        400,
        "Firehose %s under accountId %s already exists".formatted(name, account));
  }

  static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidArgumentException", 400, message);
  }

  static AwsFailure unsupported(String what) {
    return invalid(what + " is not supported by this local stack");
  }
}
