// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.scheduler.model.*;

/// AWS::Scheduler::Schedule and ScheduleGroup.
final class SchedulerTypes {
  private final Api api;

  SchedulerTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::Scheduler::Schedule",
        CallType.of(
            this::createSchedule, this::updateSchedule, this::deleteSchedule, "Name", "GroupName"));
    types.add(
        "AWS::Scheduler::ScheduleGroup",
        CallType.of(this::createGroup, this::updateGroup, this::deleteGroup, "Name"));
  }

  private Made createGroup(Wanted w) {
    String name = w.properties().path("Name").asText(w.uniqueName());
    api.call(
        PropertyMapper.fill(CreateScheduleGroupRequest.builder(), w.properties(), Set.of("Name"))
            .name(name)
            .build(),
        CreateScheduleGroupResponse.class);
    return madeGroup(name);
  }

  /// Its tags are all that can change.
  private Made updateGroup(Wanted w, String name, JsonNode old) {
    Made group = madeGroup(name);
    String arn = group.attributes().get("Arn");
    var gone = new ArrayList<String>();
    old.path("Tags").forEach(tag -> gone.add(tag.path("Key").asText()));
    var tags = new ArrayList<Tag>();
    for (JsonNode tag : w.properties().path("Tags")) {
      gone.remove(tag.path("Key").asText());
      tags.add(
          Tag.builder().key(tag.path("Key").asText()).value(tag.path("Value").asText()).build());
    }
    if (!gone.isEmpty()) {
      api.call(
          UntagResourceRequest.builder().resourceArn(arn).tagKeys(gone).build(),
          UntagResourceResponse.class);
    }
    if (!tags.isEmpty()) {
      api.call(
          TagResourceRequest.builder().resourceArn(arn).tags(tags).build(),
          TagResourceResponse.class);
    }
    return group;
  }

  /// Source: CloudFormation Template Reference, AWS::Scheduler::ScheduleGroup: `Ref` is the name.
  private Made madeGroup(String name) {
    var group =
        api.call(
            GetScheduleGroupRequest.builder().name(name).build(), GetScheduleGroupResponse.class);
    return new Made(
        name,
        Map.of(
            "Arn", group.arn(),
            "State", group.stateAsString(),
            "CreationDate", group.creationDate().toString(),
            "LastModificationDate", group.lastModificationDate().toString()));
  }

  private void deleteGroup(Wanted w, String name) {
    api.call(
        DeleteScheduleGroupRequest.builder().name(name).build(), DeleteScheduleGroupResponse.class);
  }

  private Made createSchedule(Wanted w) {
    String name = w.properties().path("Name").asText(w.uniqueName());
    var made =
        api.call(
            PropertyMapper.fill(CreateScheduleRequest.builder(), w.properties(), Set.of("Name"))
                .name(name)
                .build(),
            CreateScheduleResponse.class);
    return new Made(name, Map.of("Arn", made.scheduleArn()));
  }

  private Made updateSchedule(Wanted w, String name, JsonNode old) {
    var updated =
        api.call(
            PropertyMapper.fill(UpdateScheduleRequest.builder(), w.properties(), Set.of("Name"))
                .name(name)
                .build(),
            UpdateScheduleResponse.class);
    return new Made(name, Map.of("Arn", updated.scheduleArn()));
  }

  private void deleteSchedule(Wanted w, String name) {
    api.call(
        DeleteScheduleRequest.builder()
            .name(name)
            .groupName(w.properties().path("GroupName").asText(null))
            .build(),
        DeleteScheduleResponse.class);
  }
}
