// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iam;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.policy.MalformedPolicyException;
import io.fieldline.localstack.policy.PolicyDocument;

/// IAM's errors in its own words.
final class IamFailures {
  private IamFailures() {}

  static AwsFailure noSuch(String kind, String name) {
    return new AwsFailure(
        "NoSuchEntity", 404, "The " + kind + " with name " + name + " cannot be found.");
  }

  static AwsFailure noSuchPolicy(String arn) {
    return new AwsFailure(
        "NoSuchEntity", 404, "Policy " + arn + " does not exist or is not attachable.");
  }

  static AwsFailure exists(String kind, String name) {
    return new AwsFailure(
        "EntityAlreadyExists", 409, kind + " with name " + name + " already exists.");
  }

  static AwsFailure conflict(String message) {
    return new AwsFailure("DeleteConflict", 409, message);
  }

  /// The document itself, or MalformedPolicyDocument.
  static String valid(String json) {
    try {
      PolicyDocument.parse(json);
      return json;
    } catch (MalformedPolicyException e) {
      throw new AwsFailure("MalformedPolicyDocument", 400, String.valueOf(e.getMessage()));
    }
  }
}
