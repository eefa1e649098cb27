// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/// Tells a queue, as the function's role, of events that were given up.
final class FailureQueue {
  private final Api api;
  private final StackInfo stack;
  private final FunctionRoles roles;

  FailureQueue(Api api, StackInfo stack, FunctionRoles roles) {
    this.api = api;
    this.stack = stack;
    this.roles = roles;
  }

  void send(
      FunctionVersion function,
      String queueArn,
      String body,
      Map<String, MessageAttributeValue> attributes) {
    if (!queueArn.contains(":sqs:")) {
      throw new AwsFailure(
          "NotImplemented",
          400,
          "only SQS takes failed events in this local stack, not " + queueArn);
    }
    String url =
        stack.endpoint().get()
            + "/"
            + stack.accountId()
            + "/"
            + queueArn.substring(queueArn.lastIndexOf(':') + 1);
    api.call(
        roles.of(function),
        SendMessageRequest.builder()
            .queueUrl(url)
            .messageBody(body)
            .messageAttributes(attributes)
            .build(),
        SendMessageResponse.class);
  }
}
