// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.scheduler.model.*;

/// Groups of schedules. A group that is deleted takes its schedules with it.
///
/// Source: EventBridge Scheduler API Reference, the operations of these names. Assumed: texts; a
/// deletion is done when it is answered, where AWS takes its time and says DELETING meanwhile.
final class ScheduleGroups {
  private final MVMap<String, Group> groups;
  private final StackInfo stack;
  private final StackClock clock;
  private final Consumer<String> emptied;

  /// A group as it is kept.
  record Group(String name, Instant createdAt, Instant modifiedAt, TreeMap<String, String> tags) {}

  /// @param emptied deletes the schedules of a group
  ScheduleGroups(
      MVMap<String, Group> groups, StackInfo stack, StackClock clock, Consumer<String> emptied) {
    this.groups = groups;
    this.stack = stack;
    this.clock = clock;
    this.emptied = emptied;
    groups.putIfAbsent(
        Schedule.DEFAULT,
        new Group(Schedule.DEFAULT, clock.instant(), clock.instant(), new TreeMap<>()));
  }

  void register(Api api) {
    api.on(CreateScheduleGroupRequest.class, this::create).resource(r -> arn(r.name()));
    api.on(GetScheduleGroupRequest.class, this::get).resource(r -> arn(r.name()));
    api.on(DeleteScheduleGroupRequest.class, this::delete).resource(r -> arn(r.name()));
    api.on(ListScheduleGroupsRequest.class, this::list);
    api.on(TagResourceRequest.class, this::tag).resource(r -> r.resourceArn());
    api.on(UntagResourceRequest.class, this::untag).resource(r -> r.resourceArn());
    api.on(ListTagsForResourceRequest.class, this::tags).resource(r -> r.resourceArn());
  }

  private String arn(String name) {
    return stack.arn("scheduler", "schedule-group/" + name);
  }

  Group require(String name) {
    Group group = groups.get(name);
    if (group == null) {
      throw AwsFailure.notFound("Schedule group " + name + " does not exist.");
    }
    return group;
  }

  private CreateScheduleGroupResponse create(CreateScheduleGroupRequest request) {
    var tags = new TreeMap<String, String>();
    request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    var group = new Group(request.name(), clock.instant(), clock.instant(), tags);
    if (groups.putIfAbsent(request.name(), group) != null) {
      throw new AwsFailure(
          "ConflictException", 409, "Schedule group " + request.name() + " already exists.");
    }
    return CreateScheduleGroupResponse.builder().scheduleGroupArn(arn(request.name())).build();
  }

  private GetScheduleGroupResponse get(GetScheduleGroupRequest request) {
    Group group = require(request.name());
    return GetScheduleGroupResponse.builder()
        .arn(arn(group.name()))
        .name(group.name())
        .state(ScheduleGroupState.ACTIVE)
        .creationDate(group.createdAt())
        .lastModificationDate(group.modifiedAt())
        .build();
  }

  private DeleteScheduleGroupResponse delete(DeleteScheduleGroupRequest request) {
    if (request.name().equals(Schedule.DEFAULT)) {
      throw AwsFailure.validation("The schedule group default cannot be deleted.");
    }
    require(request.name());
    emptied.accept(request.name());
    groups.remove(request.name());
    return DeleteScheduleGroupResponse.builder().build();
  }

  private ListScheduleGroupsResponse list(ListScheduleGroupsRequest request) {
    List<Group> wanted =
        groups.values().stream()
            .filter(g -> request.namePrefix() == null || g.name().startsWith(request.namePrefix()))
            .toList();
    var part = Part.of(wanted, Group::name, request.maxResults(), request.nextToken());
    return ListScheduleGroupsResponse.builder()
        .scheduleGroups(
            part.items().stream()
                .map(g ->
                    ScheduleGroupSummary.builder()
                        .arn(arn(g.name()))
                        .name(g.name())
                        .state(ScheduleGroupState.ACTIVE)
                        .creationDate(g.createdAt())
                        .lastModificationDate(g.modifiedAt())
                        .build())
                .toList())
        .nextToken(part.next())
        .build();
  }

  private Group ofArn(String arn) {
    if (!arn.startsWith(arn(""))) {
      throw AwsFailure.notFound("Resource " + arn + " does not exist.");
    }
    return require(arn.substring(arn("").length()));
  }

  private TagResourceResponse tag(TagResourceRequest request) {
    Group group = ofArn(request.resourceArn());
    var tags = new TreeMap<>(group.tags());
    request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    groups.put(group.name(), new Group(group.name(), group.createdAt(), clock.instant(), tags));
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untag(UntagResourceRequest request) {
    Group group = ofArn(request.resourceArn());
    var tags = new TreeMap<>(group.tags());
    request.tagKeys().forEach(tags::remove);
    groups.put(group.name(), new Group(group.name(), group.createdAt(), clock.instant(), tags));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsForResourceResponse tags(ListTagsForResourceRequest request) {
    var tags = new ArrayList<Tag>();
    ofArn(request.resourceArn())
        .tags()
        .forEach((key, value) -> tags.add(Tag.builder().key(key).value(value).build()));
    return ListTagsForResourceResponse.builder().tags(tags).build();
  }
}
