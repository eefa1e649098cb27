// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;

/// The roles of functions: what they are when they call AWS, and when Lambda acts for them.
final class FunctionRoles {
  static final int SESSION_SECONDS = 43_200;

  private final Api api;
  private final StackInfo stack;

  FunctionRoles(Api api, StackInfo stack) {
    this.api = api;
    this.stack = stack;
  }

  /// The caller that a function is when it calls AWS, and Lambda when it acts for it.
  Caller of(FunctionVersion function) {
    return caller(
        new Principal.RoleSession(stack.accountId(), roleName(function), cut(function.name())),
        Map.of("lambda:SourceFunctionArn", stack.arn("lambda", "function:" + function.name())));
  }

  private Caller caller(Principal principal, Map<String, String> context) {
    return new Caller(
        principal, stack.accountId(), stack.region(), UUID.randomUUID().toString(), context);
  }

  private void checkAssumed(FunctionVersion function) {
    try {
      assume(function);
    } catch (AwsFailure e) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "The role defined for the function cannot be assumed by Lambda.");
    }
  }

  /// Whether the function's role may do that to a resource.
  boolean may(FunctionVersion function, String action, String arn) {
    try {
      api.authorize(of(function), new Access(action, arn));
      return true;
    } catch (AwsFailure denied) {
      return false;
    }
  }

  /// Fails unless Lambda may become the function's role, and that role may send the function's dead
  /// letters and its traces. What the queue's own policy says does not count.
  ///
  /// Assumed: the wording, as people report it of AWS.
  void check(FunctionVersion function) {
    checkAssumed(function);
    String letters = function.deadLetterArn();
    if (letters != null && !may(function, "sqs:SendMessage", letters)) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "The provided execution role does not have permissions to call SendMessage on SQS");
    }
    if (function.tracing().equals("Active") && !may(function, "xray:PutTraceSegments", "*")) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "The provided execution role does not have permissions to call PutTraceSegments on XRAY");
    }
  }

  Credentials assume(FunctionVersion function) {
    return api.call(
            caller(new Principal.Service("lambda.amazonaws.com"), Map.of()),
            AssumeRoleRequest.builder()
                .roleArn(function.role())
                .roleSessionName(cut(function.name()))
                .durationSeconds(SESSION_SECONDS)
                .build(),
            AssumeRoleResponse.class)
        .credentials();
  }

  private static String roleName(FunctionVersion function) {
    return function.role().substring(function.role().lastIndexOf('/') + 1);
  }

  private static String cut(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64);
  }
}
