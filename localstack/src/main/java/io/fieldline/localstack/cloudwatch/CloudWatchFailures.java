// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.AwsFailure;

/// CloudWatch's errors in its own words.
final class CloudWatchFailures {
  private CloudWatchFailures() {}

  static AwsFailure noSuchAlarm(String name) {
    return new AwsFailure("ResourceNotFound", 404, "Unknown alarm: " + name);
  }

  static AwsFailure noSuchDashboard(String name) {
    return new AwsFailure("DashboardNotFoundError", 404, "Dashboard " + name + " does not exist");
  }

  static AwsFailure invalidValue(String message) {
    return new AwsFailure("InvalidParameterValueException", 400, message);
  }

  static AwsFailure invalidCombination(String message) {
    return new AwsFailure("InvalidParameterCombinationException", 400, message);
  }

  static AwsFailure missing(String parameter) {
    return new AwsFailure(
        "MissingRequiredParameterException", 400, "The parameter " + parameter + " is required.");
  }

  static AwsFailure unsupported(String what) {
    return new AwsFailure(
        "InvalidParameterValueException", 400, what + " is not supported by this local stack");
  }
}
