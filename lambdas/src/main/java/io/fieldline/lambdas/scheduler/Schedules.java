// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.scheduler;

import io.fieldline.lambdas.api.Precondition;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
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

  /// What a schedule was last asked to be, as a tag: written before EventBridge Scheduler is told.
  private static final String ASKED = "asked";

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

  /// A schedule as it was read.
  ///
  /// @param item who changed it last, and for whom it is; empty for none
  /// @param command what it does, if EventBridge Scheduler has it
  public record Kept(Map<String, AttributeValue> item, Optional<ScheduledCommand> command) {
    /// Of what its ETag is made. What it was last asked to be is in it beside what it is: a change
    /// that was noted, and is on its way to EventBridge Scheduler, is a change already.
    public Optional<String> tagged() {
      return command.map(is -> is.text() + "\n" + Attributes.text(item, ASKED).orElse(""));
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

  /// A schedule as it is. Its item is read first: whoever changes it in between has changed that.
  public Kept read(String name) {
    var key = FleetKeys.schedule(name).attributes();
    var item =
        tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
    return new Kept(item, get(name));
  }

  /// Makes or replaces a schedule; asked for again it is the same.
  ///
  /// @param over as it must be still, else [ConditionalCheckFailedException]; empty for any
  /// @return as it is now
  public Kept put(
      String name, ScheduledCommand command, String by, long nowMs, Optional<Kept> over) {
    var item = item(name, command, by, nowMs);
    tables.putItem(put -> {
      put.tableName(fleetTable).item(item);
      over.ifPresent(was -> {
        var asked = was.item().get(ASKED);
        if (asked != null) {
          put.conditionExpression(ASKED + " = :asked")
              .expressionAttributeValues(Map.of(":asked", asked));
        } else {
          // One that was made before this was kept has none.
          put.conditionExpression(
              was.item().isEmpty()
                  ? "attribute_not_exists(pk)"
                  : "attribute_exists(pk) AND attribute_not_exists(" + ASKED + ")");
        }
      });
    });
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
    return new Kept(item, Optional.of(command));
  }

  private static Map<String, AttributeValue> item(
      String name, ScheduledCommand command, String by, long nowMs) {
    return FleetKeys.schedule(name)
        .with(
            Map.of(
                "by",
                Attributes.text(by),
                "changedMs",
                Attributes.number(nowMs),
                "devices",
                Attributes.texts(command.devices()),
                "groups",
                Attributes.texts(command.groups()),
                ASKED,
                Attributes.text(Precondition.etag(command.text()))));
  }

  /// EventBridge Scheduler would not have it: what was noted is as it was before, unless somebody
  /// has noted something else since.
  public void takeBack(String name, ScheduledCommand refused, Kept before) {
    var own = Map.of(":own", Attributes.text(Precondition.etag(refused.text())));
    try {
      if (before.command().isEmpty()) {
        tables.deleteItem(delete ->
            delete
                .tableName(fleetTable)
                .key(FleetKeys.schedule(name).attributes())
                .conditionExpression(ASKED + " = :own")
                .expressionAttributeValues(own));
      } else if (!before.item().isEmpty()) {
        tables.putItem(put ->
            put.tableName(fleetTable)
                .item(before.item())
                .conditionExpression(ASKED + " = :own")
                .expressionAttributeValues(own));
      }
    } catch (ConditionalCheckFailedException changedMeanwhile) {
      // It is theirs.
    }
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

  /// What the schedule of a name does, if there is one.
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
    tables.deleteItem(
        delete -> delete.tableName(fleetTable).key(FleetKeys.schedule(name).attributes()));
    return wasThere;
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
          tables.putItem(put -> put.tableName(fleetTable).item(item(name, left, by, nowMs)));
          continue;
        }
      }
      delete(name);
    }
  }
}
