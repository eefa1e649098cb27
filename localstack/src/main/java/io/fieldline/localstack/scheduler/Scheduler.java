// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.*;

/// Schedules, each run as its role.
public final class Scheduler {
  /// Source: EventBridge Scheduler API Reference, "RetryPolicy".
  private static final int MAX_RETRIES = 185;

  private static final int MAX_AGE_SECONDS = 86_400;
  private static final Pattern RATE = Pattern.compile("rate\\((\\d+) (minute|hour|day)s?\\)");

  private final Store store;
  private final StackInfo stack;
  private final StackClock clock;
  private final Timers timers;
  private final Map<String, Timers.Timer> running = new ConcurrentHashMap<>();

  record Kept(
      String name,
      String expression,
      boolean enabled,
      String targetArn,
      String roleArn,
      String input,
      int maxRetries,
      int maxAgeSeconds,
      @Nullable String deadLetterArn,
      Instant createdAt,
      Instant modifiedAt) {}

  public Scheduler(Store store, StackInfo stack, StackClock clock, Timers timers) {
    this.store = store;
    this.stack = stack;
    this.clock = clock;
    this.timers = timers;
  }

  public void register(Api api) {
    MVMap<String, Kept> schedules = store.map("scheduler/schedules", Kept.class);
    api.on(CreateScheduleRequest.class, r -> create(api, schedules, r))
        .access(r -> needs("CreateSchedule", r.name(), r.target()));
    api.on(UpdateScheduleRequest.class, r -> update(api, schedules, r))
        .access(r -> needs("UpdateSchedule", r.name(), r.target()));
    api.on(GetScheduleRequest.class, r -> get(schedules, r)).resource(r -> arn(r.name()));
    api.on(DeleteScheduleRequest.class, r -> delete(schedules, r)).resource(r -> arn(r.name()));
    api.on(ListSchedulesRequest.class, r -> list(schedules));
    schedules.values().forEach(s -> start(api, s));
  }

  private String arn(String name) {
    return stack.arn("scheduler", "schedule/default/" + name);
  }

  private List<Access> needs(String operation, String name, Target target) {
    return List.of(
        new Access("scheduler:" + operation, arn(name)),
        new Access(
            "iam:PassRole",
            target.roleArn(),
            Map.of("iam:PassedToService", "scheduler.amazonaws.com")));
  }

  private CreateScheduleResponse create(
      Api api, MVMap<String, Kept> schedules, CreateScheduleRequest r) {
    Kept schedule =
        kept(
            r.name(),
            r.groupName(),
            r.scheduleExpression(),
            r.state(),
            r.flexibleTimeWindow(),
            r.target(),
            clock.instant());
    if (schedules.putIfAbsent(r.name(), schedule) != null) {
      throw new AwsFailure("ConflictException", 409, "Schedule " + r.name() + " already exists.");
    }
    start(api, schedule);
    return CreateScheduleResponse.builder().scheduleArn(arn(r.name())).build();
  }

  private UpdateScheduleResponse update(
      Api api, MVMap<String, Kept> schedules, UpdateScheduleRequest r) {
    Kept old = schedule(schedules, r.name());
    Kept schedule =
        kept(
            r.name(),
            r.groupName(),
            r.scheduleExpression(),
            r.state(),
            r.flexibleTimeWindow(),
            r.target(),
            old.createdAt());
    schedules.put(r.name(), schedule);
    start(api, schedule);
    return UpdateScheduleResponse.builder().scheduleArn(arn(r.name())).build();
  }

  private Kept kept(
      String name,
      @Nullable String group,
      String expression,
      @Nullable ScheduleState state,
      FlexibleTimeWindow window,
      Target target,
      Instant createdAt) {
    period(expression);
    if (group != null && !group.equals("default")) {
      throw AwsFailure.validation(
          "Only the group default is supported by this local stack, not " + group);
    }
    if (window.mode() != FlexibleTimeWindowMode.OFF) {
      throw AwsFailure.validation("FlexibleTimeWindow must be OFF in this local stack");
    }
    if (!target.arn().contains(":lambda:")) {
      throw AwsFailure.validation(
          "Only Lambda functions are targets in this local stack, not " + target.arn());
    }
    return new Kept(
        name,
        expression,
        state != ScheduleState.DISABLED,
        target.arn(),
        target.roleArn(),
        target.input() == null ? "{}" : target.input(),
        retries(target),
        age(target),
        target.deadLetterConfig() == null ? null : target.deadLetterConfig().arn(),
        createdAt,
        clock.instant());
  }

  private static int retries(Target target) {
    Integer set = target.retryPolicy() == null ? null : target.retryPolicy().maximumRetryAttempts();
    return set == null ? MAX_RETRIES : set;
  }

  private static int age(Target target) {
    Integer set =
        target.retryPolicy() == null ? null : target.retryPolicy().maximumEventAgeInSeconds();
    return set == null ? MAX_AGE_SECONDS : set;
  }

  private static Duration period(String expression) {
    Matcher matcher = RATE.matcher(expression);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw AwsFailure.validation(
          "Invalid Schedule Expression "
              + expression
              + ": this local stack supports rate(n minutes|hours|days)");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "minute" -> Duration.ofMinutes(count);
      case "hour" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private GetScheduleResponse get(MVMap<String, Kept> schedules, GetScheduleRequest request) {
    Kept s = schedule(schedules, request.name());
    return GetScheduleResponse.builder()
        .arn(arn(s.name()))
        .name(s.name())
        .groupName("default")
        .scheduleExpression(s.expression())
        .state(s.enabled() ? ScheduleState.ENABLED : ScheduleState.DISABLED)
        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
        .target(t ->
            t.arn(s.targetArn())
                .roleArn(s.roleArn())
                .input(s.input())
                .retryPolicy(retry ->
                    retry
                        .maximumRetryAttempts(s.maxRetries())
                        .maximumEventAgeInSeconds(s.maxAgeSeconds()))
                .deadLetterConfig(
                    s.deadLetterArn() == null
                        ? null
                        : DeadLetterConfig.builder().arn(s.deadLetterArn()).build()))
        .creationDate(s.createdAt())
        .lastModificationDate(s.modifiedAt())
        .build();
  }

  private DeleteScheduleResponse delete(
      MVMap<String, Kept> schedules, DeleteScheduleRequest request) {
    schedule(schedules, request.name());
    schedules.remove(request.name());
    stop(request.name());
    return DeleteScheduleResponse.builder().build();
  }

  private ListSchedulesResponse list(MVMap<String, Kept> schedules) {
    return ListSchedulesResponse.builder()
        .schedules(
            schedules.values().stream()
                .map(s ->
                    ScheduleSummary.builder()
                        .arn(arn(s.name()))
                        .name(s.name())
                        .groupName("default")
                        .state(s.enabled() ? ScheduleState.ENABLED : ScheduleState.DISABLED)
                        .build())
                .toList())
        .build();
  }

  private static Kept schedule(MVMap<String, Kept> schedules, String name) {
    Kept schedule = schedules.get(name);
    if (schedule == null) {
      throw AwsFailure.notFound("Schedule " + name + " does not exist.");
    }
    return schedule;
  }

  private void start(Api api, Kept schedule) {
    stop(schedule.name());
    if (schedule.enabled()) {
      running.put(
          schedule.name(),
          timers.every(
              period(schedule.expression()),
              () -> new Delivery(api, stack, clock, timers, schedule).begin()));
    }
  }

  private void stop(String name) {
    Timers.Timer timer = running.remove(name);
    if (timer != null) {
      timer.cancel();
    }
  }
}
