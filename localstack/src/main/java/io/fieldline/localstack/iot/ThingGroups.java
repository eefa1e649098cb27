// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.AddThingToThingGroupRequest;
import software.amazon.awssdk.services.iot.model.AddThingToThingGroupResponse;
import software.amazon.awssdk.services.iot.model.CreateThingGroupRequest;
import software.amazon.awssdk.services.iot.model.CreateThingGroupResponse;
import software.amazon.awssdk.services.iot.model.DeleteThingGroupRequest;
import software.amazon.awssdk.services.iot.model.DeleteThingGroupResponse;
import software.amazon.awssdk.services.iot.model.DescribeThingGroupRequest;
import software.amazon.awssdk.services.iot.model.DescribeThingGroupResponse;
import software.amazon.awssdk.services.iot.model.GroupNameAndArn;
import software.amazon.awssdk.services.iot.model.ListThingGroupsForThingRequest;
import software.amazon.awssdk.services.iot.model.ListThingGroupsForThingResponse;
import software.amazon.awssdk.services.iot.model.ListThingGroupsRequest;
import software.amazon.awssdk.services.iot.model.ListThingGroupsResponse;
import software.amazon.awssdk.services.iot.model.ListThingsInThingGroupRequest;
import software.amazon.awssdk.services.iot.model.ListThingsInThingGroupResponse;
import software.amazon.awssdk.services.iot.model.RemoveThingFromThingGroupRequest;
import software.amazon.awssdk.services.iot.model.RemoveThingFromThingGroupResponse;
import software.amazon.awssdk.services.iot.model.ThingGroupMetadata;
import software.amazon.awssdk.services.iot.model.ThingGroupProperties;

/// Static thing groups, whose policies their things inherit.
final class ThingGroups {
  private static final int MOST_GROUPS = 10;

  private final MVMap<String, ThingGroup> groups;
  private final Links members;
  private final Things things;
  private final StackInfo info;
  private final StackClock clock;
  private final Tags tags;
  private final Supplier<String> ids;
  private volatile Runnable membershipChanged = () -> {};

  /// @param members group to thing
  ThingGroups(
      Store store,
      Links members,
      Things things,
      StackInfo info,
      StackClock clock,
      Tags tags,
      Supplier<String> ids) {
    this.groups = store.map("iot/thing-groups", ThingGroup.class);
    this.members = members;
    this.things = things;
    this.info = info;
    this.clock = clock;
    this.tags = tags;
    this.ids = ids;
  }

  /// A group as it is kept.
  record ThingGroup(
      String name,
      String id,
      @Nullable String parent,
      @Nullable String description,
      Map<String, String> attributes,
      Instant createdAt) {}

  void register(Api api) {
    api.on(CreateThingGroupRequest.class, this::createThingGroup)
        .resource(r -> arn(r.thingGroupName()));
    api.on(DescribeThingGroupRequest.class, this::describeThingGroup)
        .resource(r -> arn(r.thingGroupName()));
    api.on(DeleteThingGroupRequest.class, this::deleteThingGroup)
        .resource(r -> arn(r.thingGroupName()));
    api.on(ListThingGroupsRequest.class, this::listThingGroups);
    api.on(AddThingToThingGroupRequest.class, this::addThing)
        .access(r ->
            membership(
                "AddThingToThingGroup",
                name(r.thingGroupName(), r.thingGroupArn()),
                name(r.thingName(), r.thingArn())));
    api.on(RemoveThingFromThingGroupRequest.class, this::removeThing)
        .access(r ->
            membership(
                "RemoveThingFromThingGroup",
                name(r.thingGroupName(), r.thingGroupArn()),
                name(r.thingName(), r.thingArn())));
    api.on(ListThingsInThingGroupRequest.class, this::listThings)
        .resource(r -> arn(r.thingGroupName()));
    api.on(ListThingGroupsForThingRequest.class, this::listGroupsOfThing)
        .resource(r -> things.arn(r.thingName()));
  }

  /// Source: AWS Service Authorization Reference, "AWS IoT": both are required resources of either.
  private List<Access> membership(String action, String group, String thing) {
    return List.of(
        new Access("iot:" + action, arn(group)), new Access("iot:" + action, things.arn(thing)));
  }

  /// A thing that is no more is in no group: one that gets its name later begins without.
  ///
  /// Assumed: the developer guide does not say so; what a group lists are things that exist.
  void thingDeleted(String thing) {
    members.leftsOf(thing).forEach(group -> members.remove(group, thing));
  }

  /// Called when things have come to groups or left them.
  void whenMembershipChanges(Runnable listener) {
    membershipChanged = listener;
  }

  String arn(String name) {
    return info.arn("iot", "thinggroup/" + name);
  }

  boolean exists(String name) {
    return groups.containsKey(name);
  }

  /// The things of a group and of the groups below it.
  List<String> thingsOf(String name) {
    var things = new LinkedHashSet<>(members.rightsOf(name));
    groups.values().stream()
        .filter(g -> name.equals(g.parent()))
        .forEach(child -> things.addAll(thingsOf(child.name())));
    return List.copyOf(things);
  }

  boolean existsArn(String arn) {
    int at = arn.indexOf(":thinggroup/");
    return at < 0 || groups.containsKey(arn.substring(at + ":thinggroup/".length()));
  }

  /// The groups of a thing and their parents.
  List<String> arnsOf(String thing) {
    var arns = new ArrayList<String>();
    for (String name : members.leftsOf(thing)) {
      @Nullable String at = name;
      while (at != null) {
        arns.add(arn(at));
        ThingGroup group = groups.get(at);
        at = group == null ? null : group.parent();
      }
    }
    return arns;
  }

  private static String name(@Nullable String name, @Nullable String arn) {
    if (name != null) {
      return name;
    }
    if (arn == null) {
      throw AwsFailure.invalidRequest("thingGroupName or thingGroupArn is required");
    }
    return arn.substring(arn.indexOf('/') + 1);
  }

  private ThingGroup get(String name) {
    ThingGroup group = groups.get(name);
    if (group == null) {
      throw AwsFailure.notFound("Thing group " + name + " not found.");
    }
    return group;
  }

  private synchronized CreateThingGroupResponse createThingGroup(CreateThingGroupRequest request) {
    String name = request.thingGroupName();
    if (request.parentGroupName() != null) {
      get(request.parentGroupName());
    }
    ThingGroupProperties given = request.thingGroupProperties();
    String description = given == null ? null : given.thingGroupDescription();
    Map<String, String> attributes =
        given == null || given.attributePayload() == null
            ? Map.of()
            : given.attributePayload().attributes();
    ThingGroup old = groups.get(name);
    if (old != null) {
      boolean same =
          Objects.equals(old.parent(), request.parentGroupName())
              && Objects.equals(old.description(), description)
              && old.attributes().equals(attributes);
      if (!same) {
        throw IotFailures.exists("Thing group", name, arn(name));
      }
    }
    ThingGroup group =
        old == null
            ? new ThingGroup(
                name,
                ids.get(),
                request.parentGroupName(),
                description,
                Map.copyOf(attributes),
                clock.instant())
            : old;
    groups.put(name, group);
    tags.put(arn(name), request.tags());
    return CreateThingGroupResponse.builder()
        .thingGroupName(name)
        .thingGroupArn(arn(name))
        .thingGroupId(group.id())
        .build();
  }

  private DescribeThingGroupResponse describeThingGroup(DescribeThingGroupRequest request) {
    ThingGroup group = get(request.thingGroupName());
    return DescribeThingGroupResponse.builder()
        .thingGroupName(group.name())
        .thingGroupId(group.id())
        .thingGroupArn(arn(group.name()))
        .version(1L)
        .thingGroupProperties(
            ThingGroupProperties.builder()
                .thingGroupDescription(group.description())
                .attributePayload(a -> a.attributes(group.attributes()))
                .build())
        .thingGroupMetadata(
            ThingGroupMetadata.builder()
                .parentGroupName(group.parent())
                .creationDate(group.createdAt())
                .build())
        .build();
  }

  private synchronized DeleteThingGroupResponse deleteThingGroup(DeleteThingGroupRequest request) {
    String name = request.thingGroupName();
    if (groups.values().stream().anyMatch(g -> name.equals(g.parent()))) {
      throw AwsFailure.invalidRequest("Cannot delete thing group " + name + ": it has children");
    }
    if (groups.remove(name) != null) {
      members.rightsOf(name).forEach(thing -> members.remove(name, thing));
      tags.forget(arn(name));
      membershipChanged.run();
    }
    return DeleteThingGroupResponse.builder().build();
  }

  private ListThingGroupsResponse listThingGroups(ListThingGroupsRequest request) {
    String prefix = request.namePrefixFilter() == null ? "" : request.namePrefixFilter();
    var selected =
        groups.values().stream()
            .filter(g -> g.name().startsWith(prefix))
            .filter(g -> request.parentGroup() == null || request.parentGroup().equals(g.parent()))
            .toList();
    var page = Page.of(selected, ThingGroup::name, request.maxResults(), request.nextToken());
    return ListThingGroupsResponse.builder()
        .thingGroups(page.items().stream().map(g -> shape(g.name())).toList())
        .nextToken(page.next())
        .build();
  }

  private GroupNameAndArn shape(String name) {
    return GroupNameAndArn.builder().groupName(name).groupArn(arn(name)).build();
  }

  private AddThingToThingGroupResponse addThing(AddThingToThingGroupRequest request) {
    String group = get(name(request.thingGroupName(), request.thingGroupArn())).name();
    String thing = things.get(name(request.thingName(), request.thingArn())).name();
    if (!members.has(group, thing) && members.leftsOf(thing).size() >= MOST_GROUPS) {
      throw AwsFailure.invalidRequest("A thing belongs to at most " + MOST_GROUPS + " groups");
    }
    members.add(group, thing, "");
    membershipChanged.run();
    return AddThingToThingGroupResponse.builder().build();
  }

  private RemoveThingFromThingGroupResponse removeThing(RemoveThingFromThingGroupRequest request) {
    members.remove(
        get(name(request.thingGroupName(), request.thingGroupArn())).name(),
        things.get(name(request.thingName(), request.thingArn())).name());
    membershipChanged.run();
    return RemoveThingFromThingGroupResponse.builder().build();
  }

  private ListThingsInThingGroupResponse listThings(ListThingsInThingGroupRequest request) {
    get(request.thingGroupName());
    var page =
        Page.of(
            members.rightsOf(request.thingGroupName()),
            Function.identity(),
            request.maxResults(),
            request.nextToken());
    return ListThingsInThingGroupResponse.builder()
        .things(page.items())
        .nextToken(page.next())
        .build();
  }

  private ListThingGroupsForThingResponse listGroupsOfThing(
      ListThingGroupsForThingRequest request) {
    things.get(request.thingName());
    var page =
        Page.of(
            members.leftsOf(request.thingName()),
            Function.identity(),
            request.maxResults(),
            request.nextToken());
    return ListThingGroupsForThingResponse.builder()
        .thingGroups(page.items().stream().map(this::shape).toList())
        .nextToken(page.next())
        .build();
  }
}
