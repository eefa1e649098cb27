// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Whether a function can be fed by a queue or a stream: it is there, and the role may use it.
final class SourceChecks {
  /// Source: Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping":
  /// the execution role needs these and GetQueueAttributes.
  private static final List<String> OF_QUEUE = List.of("ReceiveMessage", "DeleteMessage");

  /// Source: Lambda Developer Guide, "Processing Amazon Kinesis Data Streams records with Lambda":
  /// the execution role needs these. AWS's list has ListStreams and SubscribeToShard too, which are
  /// not needed here.
  private static final List<String> OF_STREAM =
      List.of("GetRecords", "GetShardIterator", "DescribeStream", "ListShards");

  private final Api api;
  private final StackInfo stack;
  private final FunctionRoles roles;

  SourceChecks(Api api, StackInfo stack, FunctionRoles roles) {
    this.api = api;
    this.stack = stack;
    this.roles = roles;
  }

  /// Assumed: the wording, as people report it of AWS.
  void stream(String arn, FunctionVersion function) {
    for (String action : OF_STREAM) {
      if (!roles.may(function, "kinesis:" + action, arn)) {
        throw invalid(
            "Cannot access stream "
                + arn
                + ". Please ensure the role can perform the GetRecords, GetShardIterator,"
                + " DescribeStream, and ListShards Actions on your stream in IAM.");
      }
    }
    try {
      api.call(
          roles.of(function),
          DescribeStreamRequest.builder().streamARN(arn).limit(1).build(),
          DescribeStreamResponse.class);
    } catch (AwsFailure e) {
      throw e.code().equals("ResourceNotFoundException")
          ? invalid("Stream not found: " + arn)
          : invalid(e.message());
    }
  }

  /// Assumed: who lacks sqs:GetQueueAttributes is told so in the words that AWS has for
  /// sqs:ReceiveMessage.
  void queue(String queueArn, FunctionVersion function) {
    for (String action : OF_QUEUE) {
      if (!roles.may(function, "sqs:" + action, queueArn)) {
        throw notPermitted(action);
      }
    }
    String url =
        "%s/%s/%s"
            .formatted(
                stack.endpoint().get(),
                stack.accountId(),
                queueArn.substring(queueArn.lastIndexOf(':') + 1));
    var request =
        GetQueueAttributesRequest.builder()
            .queueUrl(url)
            .attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT)
            .build();
    String visibility;
    try {
      visibility =
          api.call(roles.of(function), request, GetQueueAttributesResponse.class)
              .attributes()
              .get(QueueAttributeName.VISIBILITY_TIMEOUT);
    } catch (AwsFailure e) {
      throw e.code().equals("AccessDenied")
          ? notPermitted("GetQueueAttributes")
          : invalid(
              "Error occurred while ReceiveMessage. SQS Error Code: %s. SQS Error Message: %s"
                  .formatted(e.code(), e.message()));
    }
    if (visibility != null && Integer.parseInt(visibility) < function.timeoutSeconds()) {
      throw invalid(
          "Queue visibility timeout: %s seconds is less than Function timeout: %d seconds"
              .formatted(visibility, function.timeoutSeconds()));
    }
  }

  private static AwsFailure notPermitted(String action) {
    return invalid(
        "The function execution role does not have permissions to call " + action + " on SQS");
  }

  private static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterValueException", 400, message);
  }
}
