// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.AwsFailure;

/// SNS's errors in its own words.
final class SnsFailures {
  private SnsFailures() {}

  static AwsFailure invalid(String what) {
    return new AwsFailure("InvalidParameter", 400, "Invalid parameter: " + what);
  }

  static AwsFailure invalidValue(String message) {
    return new AwsFailure("ParameterValueInvalid", 400, message);
  }

  static AwsFailure notFound(String what) {
    return new AwsFailure("NotFound", 404, what + " does not exist");
  }

  static AwsFailure unsupported(String parameter, String what) {
    return invalid(parameter + " Reason: " + what + " is not supported by this local stack");
  }

  static AwsFailure denied(String message) {
    return new AwsFailure("AuthorizationError", 403, message);
  }

  /// An ARN has six parts; a topic's name or a subscription's id follow in the last.
  static void checkArn(String parameter, String arn) {
    int elements = arn.split(":", -1).length;
    if (elements < 6) {
      throw invalid(parameter + " Reason: An ARN must have at least 6 elements, not " + elements);
    }
  }
}
