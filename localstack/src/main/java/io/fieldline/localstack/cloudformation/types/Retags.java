// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.cloudwatch.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.UntagResourceRequest;
import software.amazon.awssdk.services.iam.model.TagRoleRequest;
import software.amazon.awssdk.services.iam.model.TagRoleResponse;
import software.amazon.awssdk.services.iam.model.UntagRoleRequest;
import software.amazon.awssdk.services.iam.model.UntagRoleResponse;
import software.amazon.awssdk.services.sqs.model.TagQueueRequest;
import software.amazon.awssdk.services.sqs.model.TagQueueResponse;
import software.amazon.awssdk.services.sqs.model.UntagQueueRequest;
import software.amazon.awssdk.services.sqs.model.UntagQueueResponse;

/// How each service changes tags: by the resource's ARN, name or address.
final class Retags {
  private final Api api;

  Retags(Api api) {
    this.api = api;
  }

  private static String arn(Made resource) {
    return Objects.requireNonNull(resource.attributes().get("Arn"));
  }

  void queue(Made queue, List<String> gone, Map<String, String> wanted) {
    if (!gone.isEmpty()) {
      api.call(
          UntagQueueRequest.builder().queueUrl(queue.physicalId()).tagKeys(gone).build(),
          UntagQueueResponse.class);
    }
    if (!wanted.isEmpty()) {
      api.call(
          TagQueueRequest.builder().queueUrl(queue.physicalId()).tags(wanted).build(),
          TagQueueResponse.class);
    }
  }

  void role(Made role, List<String> gone, Map<String, String> wanted) {
    if (!gone.isEmpty()) {
      api.call(
          UntagRoleRequest.builder().roleName(role.physicalId()).tagKeys(gone).build(),
          UntagRoleResponse.class);
    }
    if (!wanted.isEmpty()) {
      var tags =
          wanted.entrySet().stream()
              .map(tag ->
                  software.amazon.awssdk.services.iam.model.Tag.builder()
                      .key(tag.getKey())
                      .value(tag.getValue())
                      .build())
              .toList();
      api.call(
          TagRoleRequest.builder().roleName(role.physicalId()).tags(tags).build(),
          TagRoleResponse.class);
    }
  }

  void table(Made table, List<String> gone, Map<String, String> wanted) {
    if (!gone.isEmpty()) {
      api.call(
          UntagResourceRequest.builder().resourceArn(arn(table)).tagKeys(gone).build(),
          software.amazon.awssdk.services.dynamodb.model.UntagResourceResponse.class);
    }
    if (!wanted.isEmpty()) {
      var tags =
          wanted.entrySet().stream()
              .map(tag ->
                  software.amazon.awssdk.services.dynamodb.model.Tag.builder()
                      .key(tag.getKey())
                      .value(tag.getValue())
                      .build())
              .toList();
      api.call(
          software.amazon.awssdk.services.dynamodb.model.TagResourceRequest.builder()
              .resourceArn(arn(table))
              .tags(tags)
              .build(),
          software.amazon.awssdk.services.dynamodb.model.TagResourceResponse.class);
    }
  }

  void alarm(Made alarm, List<String> gone, Map<String, String> wanted) {
    if (!gone.isEmpty()) {
      api.call(
          software.amazon.awssdk.services.cloudwatch.model.UntagResourceRequest.builder()
              .resourceARN(arn(alarm))
              .tagKeys(gone)
              .build(),
          software.amazon.awssdk.services.cloudwatch.model.UntagResourceResponse.class);
    }
    if (!wanted.isEmpty()) {
      var tags =
          wanted.entrySet().stream()
              .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
              .toList();
      api.call(
          software.amazon.awssdk.services.cloudwatch.model.TagResourceRequest.builder()
              .resourceARN(arn(alarm))
              .tags(tags)
              .build(),
          software.amazon.awssdk.services.cloudwatch.model.TagResourceResponse.class);
    }
  }

  /// The ARN of a group in a template ends in `:*`, in a call it does not.
  void logGroup(Made group, List<String> gone, Map<String, String> wanted) {
    String arn = arn(group).replaceFirst(":\\*$", "");
    if (!gone.isEmpty()) {
      api.call(
          software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest.builder()
              .resourceArn(arn)
              .tagKeys(gone)
              .build(),
          software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceResponse.class);
    }
    if (!wanted.isEmpty()) {
      api.call(
          software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest.builder()
              .resourceArn(arn)
              .tags(wanted)
              .build(),
          software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceResponse.class);
    }
  }

  void function(Made function, List<String> gone, Map<String, String> wanted) {
    if (!gone.isEmpty()) {
      api.call(
          software.amazon.awssdk.services.lambda.model.UntagResourceRequest.builder()
              .resource(arn(function))
              .tagKeys(gone)
              .build(),
          software.amazon.awssdk.services.lambda.model.UntagResourceResponse.class);
    }
    if (!wanted.isEmpty()) {
      api.call(
          software.amazon.awssdk.services.lambda.model.TagResourceRequest.builder()
              .resource(arn(function))
              .tags(wanted)
              .build(),
          software.amazon.awssdk.services.lambda.model.TagResourceResponse.class);
    }
  }
}
