// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import software.amazon.awssdk.services.cloudformation.model.*;

/// What a stack consists of, and what happened to it.
final class StackResources {
  private static final int EVENTS_A_PAGE = 100;

  private final StackRecords records;
  private final Stacks stacks;

  StackResources(StackRecords records, Stacks stacks) {
    this.records = records;
    this.stacks = stacks;
  }

  void register(Api api) {
    api.on(DescribeStackEventsRequest.class, this::events).resource(r -> stacks.arn(r.stackName()));
    api.on(DescribeStackResourcesRequest.class, this::describeAll)
        .resource(r -> stacks.arn(r.stackName()));
    api.on(DescribeStackResourceRequest.class, this::describe)
        .resource(r -> stacks.arn(r.stackName()));
    api.on(ListStackResourcesRequest.class, this::list).resource(r -> stacks.arn(r.stackName()));
  }

  private DescribeStackEventsResponse events(DescribeStackEventsRequest request) {
    StackRecord stack = records.get(request.stackName());
    int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    var all = records.events(stack.id());
    int to = Math.min(all.size(), from + EVENTS_A_PAGE);
    return DescribeStackEventsResponse.builder()
        .stackEvents(
            all.subList(Math.min(from, to), to).stream().map(StackResources::shape).toList())
        .nextToken(to < all.size() ? String.valueOf(to) : null)
        .build();
  }

  private DescribeStackResourcesResponse describeAll(DescribeStackResourcesRequest request) {
    StackRecord stack = records.get(request.stackName());
    var found =
        stack.resources().values().stream()
            .filter(r ->
                request.logicalResourceId() == null
                    || r.logicalId().equals(request.logicalResourceId()))
            .map(r ->
                StackResource.builder()
                    .stackId(stack.id())
                    .stackName(stack.name())
                    .logicalResourceId(r.logicalId())
                    .physicalResourceId(r.physicalId())
                    .resourceType(r.type())
                    .resourceStatus(r.status())
                    .resourceStatusReason(r.reason().isEmpty() ? null : r.reason())
                    .timestamp(r.at())
                    .build())
            .toList();
    return DescribeStackResourcesResponse.builder().stackResources(found).build();
  }

  private DescribeStackResourceResponse describe(DescribeStackResourceRequest request) {
    StackRecord stack = records.get(request.stackName());
    StackRecord.Resource r = stack.resources().get(request.logicalResourceId());
    if (r == null) {
      throw AwsFailure.validationError(
          "Resource %s does not exist for stack %s"
              .formatted(request.logicalResourceId(), stack.name()));
    }
    return DescribeStackResourceResponse.builder()
        .stackResourceDetail(d ->
            d.stackId(stack.id())
                .stackName(stack.name())
                .logicalResourceId(r.logicalId())
                .physicalResourceId(r.physicalId())
                .resourceType(r.type())
                .resourceStatus(r.status())
                .lastUpdatedTimestamp(r.at()))
        .build();
  }

  private ListStackResourcesResponse list(ListStackResourcesRequest request) {
    var found =
        records.get(request.stackName()).resources().values().stream()
            .map(r ->
                StackResourceSummary.builder()
                    .logicalResourceId(r.logicalId())
                    .physicalResourceId(r.physicalId())
                    .resourceType(r.type())
                    .resourceStatus(r.status())
                    .lastUpdatedTimestamp(r.at())
                    .build())
            .toList();
    return ListStackResourcesResponse.builder().stackResourceSummaries(found).build();
  }

  private static StackEvent shape(StackRecords.Event e) {
    return StackEvent.builder()
        .eventId(e.id())
        .stackId(e.stackId())
        .stackName(e.stackName())
        .logicalResourceId(e.logicalId())
        .physicalResourceId(e.physicalId())
        .resourceType(e.type())
        .resourceStatus(e.status())
        .resourceStatusReason(e.reason().isEmpty() ? null : e.reason())
        .timestamp(e.at())
        .build();
  }
}
