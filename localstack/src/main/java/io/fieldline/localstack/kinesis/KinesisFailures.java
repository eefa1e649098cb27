// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.api.AwsFailure;

/// Kinesis's errors. Where a wording is AWS's own it is as people report it of the service.
final class KinesisFailures {
  private KinesisFailures() {}

  static AwsFailure noSuchStream(String name, String account) {
    return new AwsFailure(
        "ResourceNotFoundException",
        400,
        "Stream %s under account %s not found.".formatted(name, account));
  }

  static AwsFailure noSuchShard(String shard, StreamRecord stream) {
    return new AwsFailure(
        "ResourceNotFoundException",
        400,
        "Shard %s in stream %s under account %s does not exist"
            .formatted(shard, stream.name(), stream.account()));
  }

  static AwsFailure inUse(String name, String account) {
    return new AwsFailure(
        "ResourceInUseException",
        400,
        "Stream %s under account %s already exists.".formatted(name, account));
  }

  static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidArgumentException", 400, message);
  }

  static AwsFailure unsupported(String what) {
    return new AwsFailure(
        "InvalidArgumentException", 400, what + " is not supported by this local stack");
  }

  static AwsFailure tooMany(String message) {
    return new AwsFailure("LimitExceededException", 400, message);
  }

  static AwsFailure expiredIterator(String message) {
    return new AwsFailure("ExpiredIteratorException", 400, message);
  }
}
