// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.scheduler;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.Target;

/// The schedules of a stage. What each does when is EventBridge Scheduler's, so that a change is
/// one call; the fleet table knows which there are, for whom, and who changed them. It is written
/// before a schedule is made and after it is gone, so that it has them all.
public final class Schedules {
  /// A run that cannot be told to the queue for so long is of no use any more.
  private static final int TRIED_SECONDS = 600;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final SchedulerClient scheduler;
  private final Place place;

  /// Where schedules are, and what they do.
  ///
  /// @param group their group
  /// @param queueArn what is told when one is due
  /// @param roleArn as whom that is done
  /// @param deadLetterArn where it goes if it cannot be done
  public record Place(String group, String queueArn, String roleArn, String deadLetterArn) {
    /// As a function's environment says.
    public static Place of(Environment environment) {
      return new Place(
          environment.text("SCHEDULE_GROUP"),
          environment.text("SCHEDULE_QUEUE_ARN"),
          environment.text("SCHEDULE_ROLE_ARN"),
          environment.text("SCHEDULE_DEAD_LETTER_ARN"));
    }
  }

  /// The schedules of a fleet table.
  public Schedules(
      DynamoDbClient tables, String fleetTable, SchedulerClient scheduler, Place place) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.scheduler = scheduler;
    this.place = place;
  }

  /// Makes or replaces a schedule; asked for again it is the same.
  public void put(String name, ScheduledCommand command, String by, long nowMs) {
    note(name, command, by, nowMs);
    try {
      update(name, command);
    } catch (ResourceNotFoundException isNew) {
      scheduler.createSchedule(create ->
          create
              .name(name)
              .groupName(place.group)
              .scheduleExpression(command.expression())
              .scheduleExpressionTimezone(command.timeZone())
              .state(state(command))
              .description(command.description().orElse(null))
              .actionAfterCompletion(ActionAfterCompletion.NONE)
              .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
              .target(target(name, command)));
    }
  }

  private void note(String name, ScheduledCommand command, String by, long nowMs) {
    var item =
        FleetKeys.schedule(name)
            .with(
                Map.of(
                    "by", Attributes.text(by),
                    "changedMs", Attributes.number(nowMs),
                    "devices", texts(command.devices()),
                    "groups", texts(command.groups())));
    tables.putItem(put -> put.tableName(fleetTable).item(item));
  }

  private static AttributeValue texts(List<String> texts) {
    return AttributeValue.fromL(texts.stream().map(Attributes::text).toList());
  }

  private void update(String name, ScheduledCommand command) {
    scheduler.updateSchedule(update ->
        update
            .name(name)
            .groupName(place.group)
            .scheduleExpression(command.expression())
            .scheduleExpressionTimezone(command.timeZone())
            .state(state(command))
            .description(command.description().orElse(null))
            .actionAfterCompletion(ActionAfterCompletion.NONE)
            .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
            .target(target(name, command)));
  }

  private static ScheduleState state(ScheduledCommand command) {
    return command.isEnabled() ? ScheduleState.ENABLED : ScheduleState.DISABLED;
  }

  private Target target(String name, ScheduledCommand command) {
    return Target.builder()
        .arn(place.queueArn)
        .roleArn(place.roleArn)
        .input(command.message(name))
        .retryPolicy(retry -> retry.maximumEventAgeInSeconds(TRIED_SECONDS))
        .deadLetterConfig(dead -> dead.arn(place.deadLetterArn))
        .build();
  }

  /// The schedule of a name, if there is one.
  public Optional<ScheduledCommand> get(String name) {
    try {
      var found = scheduler.getSchedule(get -> get.name(name).groupName(place.group));
      return Optional.of(
          ScheduledCommand.of(
              found.scheduleExpression(),
              found.scheduleExpressionTimezone(),
              found.state() == ScheduleState.ENABLED,
              Optional.ofNullable(found.description()),
              found.target().input()));
    } catch (ResourceNotFoundException none) {
      return Optional.empty();
    }
  }

  /// Deletes a schedule.
  ///
  /// @return whether there was one
  public boolean delete(String name) {
    boolean wasThere = true;
    try {
      scheduler.deleteSchedule(delete -> delete.name(name).groupName(place.group));
    } catch (ResourceNotFoundException goneBefore) {
      wasThere = false;
    }
    forget(name);
    return wasThere;
  }

  /// It is not there, or never came to be.
  public void forget(String name) {
    tables.deleteItem(
        delete -> delete.tableName(fleetTable).key(FleetKeys.schedule(name).attributes()));
  }

  /// Takes a device out of every schedule; one that is for nobody else is deleted.
  public void forgetDevice(String device, String by, long nowMs) {
    var pages =
        tables.queryPaginator(query ->
            query
                .tableName(fleetTable)
                .keyConditionExpression("pk = :pk")
                .filterExpression("contains(devices, :device)")
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(FleetKeys.SCHEDULES),
                        ":device", Attributes.text(device))));
    for (var item : pages.items()) {
      var name = Attributes.text(item, "sk").orElseThrow();
      var command = get(name);
      if (command.isPresent()) {
        var others = command.get().devices().stream().filter(one -> !one.equals(device)).toList();
        if (!others.isEmpty() || !command.get().groups().isEmpty()) {
          var left = command.get().of(others);
          update(name, left);
          note(name, left, by, nowMs);
          continue;
        }
      }
      delete(name);
    }
  }
}
