// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.*;

/// Schedules, each with its name in its group.
///
/// Source: EventBridge Scheduler API Reference, the operations of these names. Assumed: texts.
final class Schedules {
  private final MVMap<String, Schedule> schedules;
  private final ScheduleGroups groups;
  private final Running running;
  private final ScheduleShapes shapes;
  private final StackInfo stack;
  private final StackClock clock;

  Schedules(
      MVMap<String, Schedule> schedules,
      ScheduleGroups groups,
      Running running,
      StackInfo stack,
      StackClock clock) {
    this.schedules = schedules;
    this.groups = groups;
    this.running = running;
    this.shapes = new ScheduleShapes(stack);
    this.stack = stack;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(CreateScheduleRequest.class, this::create)
        .access(r -> needs("CreateSchedule", r.groupName(), r.name(), r.target()));
    api.on(UpdateScheduleRequest.class, this::update)
        .access(r -> needs("UpdateSchedule", r.groupName(), r.name(), r.target()));
    api.on(GetScheduleRequest.class, this::get).resource(r -> arn(r.groupName(), r.name()));
    api.on(DeleteScheduleRequest.class, this::delete).resource(r -> arn(r.groupName(), r.name()));
    api.on(ListSchedulesRequest.class, this::list);
    schedules.values().forEach(s -> running.start(s, clock.instant()));
  }

  private String arn(@Nullable String group, String name) {
    return stack.arn(
        "scheduler", "schedule/" + (group == null ? Schedule.DEFAULT : group) + "/" + name);
  }

  private List<Access> needs(String operation, @Nullable String group, String name, Target target) {
    return List.of(
        new Access("scheduler:" + operation, arn(group, name)),
        new Access(
            "iam:PassRole",
            target.roleArn(),
            Map.of("iam:PassedToService", "scheduler.amazonaws.com")));
  }

  private synchronized CreateScheduleResponse create(CreateScheduleRequest r) {
    ScheduleShapes.refuse("KmsKeyArn", r.kmsKeyArn());
    Schedule there = schedules.get(Schedule.key(r.groupName(), r.name()));
    String token = r.clientToken();
    if (there != null && (token == null || !token.equals(there.clientToken()))) {
      throw new AwsFailure("ConflictException", 409, "Schedule " + r.name() + " already exists.");
    }
    if (there == null) {
      put(shapes.kept(ScheduleShapes.asUpdate(r), token, clock.instant(), clock.instant()));
    }
    return CreateScheduleResponse.builder().scheduleArn(arn(r.groupName(), r.name())).build();
  }

  private synchronized UpdateScheduleResponse update(UpdateScheduleRequest r) {
    ScheduleShapes.refuse("KmsKeyArn", r.kmsKeyArn());
    Schedule old = require(r.groupName(), r.name());
    put(shapes.kept(r, old.clientToken(), old.createdAt(), clock.instant()));
    return UpdateScheduleResponse.builder().scheduleArn(arn(r.groupName(), r.name())).build();
  }

  private void put(Schedule schedule) {
    groups.require(schedule.groupName());
    schedules.put(schedule.key(), schedule);
    // A rate begins at once.
    running.start(schedule, schedule.modifiedAt().minusNanos(1));
  }

  private GetScheduleResponse get(GetScheduleRequest request) {
    return shapes.shown(require(request.groupName(), request.name()));
  }

  private synchronized DeleteScheduleResponse delete(DeleteScheduleRequest request) {
    Schedule schedule = require(request.groupName(), request.name());
    schedules.remove(schedule.key());
    running.stop(schedule.key());
    return DeleteScheduleResponse.builder().build();
  }

  private Schedule require(@Nullable String group, String name) {
    Schedule schedule = schedules.get(Schedule.key(group, name));
    if (schedule == null) {
      throw AwsFailure.notFound("Schedule " + name + " does not exist.");
    }
    return schedule;
  }

  private ListSchedulesResponse list(ListSchedulesRequest r) {
    List<Schedule> wanted =
        schedules.values().stream()
            .filter(s -> r.groupName() == null || r.groupName().equals(s.groupName()))
            .filter(s -> r.namePrefix() == null || s.name().startsWith(r.namePrefix()))
            .filter(s -> r.state() == null || (r.state() == ScheduleState.ENABLED) == s.enabled())
            .toList();
    var part = Part.of(wanted, Schedule::key, r.maxResults(), r.nextToken());
    return ListSchedulesResponse.builder()
        .schedules(part.items().stream().map(shapes::summary).toList())
        .nextToken(part.next())
        .build();
  }
}
