// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import io.fieldline.localstack.api.AwsFailure;

/// Cognito's errors in its own words.
final class CognitoFailures {
  private CognitoFailures() {}

  static AwsFailure noSuch(String message) {
    return new AwsFailure("ResourceNotFoundException", 400, message);
  }

  static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterException", 400, message);
  }

  static AwsFailure notAuthorized() {
    return new AwsFailure("NotAuthorizedException", 400, "Incorrect username or password.");
  }

  static AwsFailure noUser() {
    return new AwsFailure("UserNotFoundException", 400, "User does not exist.");
  }
}
