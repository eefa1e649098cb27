// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.AwsFailure;
import java.util.Map;

/// AWS IoT's errors in its own words.
final class IotFailures {
  private IotFailures() {}

  static AwsFailure noThing(String name) {
    return AwsFailure.notFound("Thing " + name + " not found.");
  }

  static AwsFailure exists(String kind, String name, String arn) {
    return new AwsFailure(
        "ResourceAlreadyExistsException",
        409,
        kind + " " + name + " already exists in account with different properties",
        Map.of("resourceId", name, "resourceArn", arn));
  }

  static AwsFailure versionConflict(String kind, String name, long expected, long actual) {
    return new AwsFailure(
        "VersionConflictException",
        409,
        "The version for " + kind + " " + name + " is " + actual + ", not " + expected);
  }

  static AwsFailure deleteConflict(String message) {
    return new AwsFailure("DeleteConflictException", 409, message);
  }

  static AwsFailure certificateState(String message) {
    return new AwsFailure("CertificateStateException", 406, message);
  }

  static AwsFailure limitExceeded(String message) {
    return new AwsFailure("LimitExceededException", 410, message);
  }
}
