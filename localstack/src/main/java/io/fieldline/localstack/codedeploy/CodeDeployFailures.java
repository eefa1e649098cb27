// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.AwsFailure;

/// CodeDeploy's errors. Assumed: the wording, where the API reference names the code only.
final class CodeDeployFailures {
  private CodeDeployFailures() {}

  static AwsFailure of(String code, String message) {
    return new AwsFailure(code, 400, message);
  }

  static AwsFailure noApplication(String name) {
    return of("ApplicationDoesNotExistException", "No application found for name: " + name);
  }

  static AwsFailure noGroup(String name) {
    return of(
        "DeploymentGroupDoesNotExistException", "No Deployment Group found for name: " + name);
  }

  static AwsFailure noDeployment(String id) {
    return of("DeploymentDoesNotExistException", "The deployment " + id + " could not be found");
  }

  static AwsFailure unsupported(String code, String what) {
    return of(code, what + " is not supported by this local stack");
  }
}
