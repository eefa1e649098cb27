// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import io.fieldline.localstack.api.AwsFailure;

/// The errors of CloudWatch Logs in its own words.
final class LogFailures {
  private LogFailures() {}

  static AwsFailure noSuch(String kind) {
    return new AwsFailure(
        "ResourceNotFoundException", 400, "The specified log " + kind + " does not exist.");
  }

  static AwsFailure exists(String kind) {
    return new AwsFailure(
        "ResourceAlreadyExistsException", 400, "The specified log " + kind + " already exists");
  }

  static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterException", 400, message);
  }
}
