// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/// The newest value of every sensor of a device, and the hour of the newest of all: the open hour.
/// When it moves on, and when a batch has readings of an hour before it, the rollup queue is told
/// of those hours first; so a function that ends anywhere leaves no closed hour untold.
final class LatestState {
  private static final int SENSORS_AN_UPDATE = 20;
  private static final String IN_THIS_HOUR = TelemetryKeys.OPEN_HOUR + " = :hour";
  private static final String NOT_LATER =
      "(attribute_not_exists(%1$s) OR %1$s <= :hour)".formatted(TelemetryKeys.OPEN_HOUR);

  private final DynamoDbClient tables;
  private final String table;
  private final RollupQueue rollups;

  LatestState(DynamoDbClient tables, String table, RollupQueue rollups) {
    this.tables = tables;
    this.table = table;
    this.rollups = rollups;
  }

  /// Updates the state by a batch whose readings are stored.
  ///
  /// @return the newest reading of each sensor of the batch, by sensor, of which none newer is
  ///   known
  Map<String, Reading> update(TelemetryBatch batch) {
    var newest = new LinkedHashMap<String, Reading>();
    var hours = new TreeSet<Long>();
    for (var reading : batch.readings()) {
      hours.add(HourParts.hourOf(reading.atMs()));
      newest.merge(
          reading.sensor(), reading, (one, other) -> other.atMs() >= one.atMs() ? other : one);
    }
    long hourMs = hours.removeLast();
    rollups.tell(batch.device(), hours);
    var all = new ArrayList<>(newest.values());
    var first = all.subList(0, Math.min(all.size(), SENSORS_AN_UPDATE));
    int from = first.size();
    if (!updatedInHour(batch.device(), hourMs, first, hours)) {
      from = 0;
    }
    for (; from < all.size(); from += SENSORS_AN_UPDATE) {
      var some = all.subList(from, Math.min(all.size(), from + SENSORS_AN_UPDATE));
      if (!updated(batch.device(), some)) {
        some.stream()
            .filter(reading -> some.size() == 1 || !updated(batch.device(), List.of(reading)))
            .forEach(late -> newest.remove(late.sensor()));
      }
    }
    return newest;
  }

  /// Sets these sensors if the open hour is theirs and none has a newer value, as nearly always. If
  /// it is not theirs, it is when this returns, or a later one is open; and the closed one has been
  /// told of.
  ///
  /// @param told hours that have been told of already
  private boolean updatedInHour(
      String device, long hourMs, List<Reading> readings, Set<Long> told) {
    try {
      write(device, new Update(readings).onlyIf(IN_THIS_HOUR, hourMs));
      return true;
    } catch (ConditionalCheckFailedException e) {
      long openMs = Attributes.whole(e.item(), TelemetryKeys.OPEN_HOUR);
      if (openMs > hourMs) {
        rollups.tell(device, new TreeSet<>(List.of(hourMs)));
      } else if (openMs < hourMs) {
        if (openMs > 0 && !told.contains(openMs)) {
          rollups.tell(device, new TreeSet<>(List.of(openMs)));
        }
        open(device, hourMs);
      }
      return false;
    }
  }

  private void open(String device, long hourMs) {
    try {
      write(device, new Update(List.of()).opening(hourMs));
    } catch (ConditionalCheckFailedException e) {
      // A later one was opened meanwhile: by whoever did, the hours between are told of; ours now.
      rollups.tell(device, new TreeSet<>(List.of(hourMs)));
    }
  }

  /// Sets all of these sensors if none has a newer value.
  private boolean updated(String device, List<Reading> readings) {
    try {
      write(device, new Update(readings));
      return true;
    } catch (ConditionalCheckFailedException newerIsKnown) {
      return false;
    }
  }

  private void write(String device, Update update) {
    tables.updateItem(request ->
        request
            .tableName(table)
            .key(TelemetryKeys.latest(device).attributes())
            .updateExpression("SET " + String.join(", ", update.sets))
            .conditionExpression(String.join(" AND ", update.conditions))
            .expressionAttributeNames(update.names.isEmpty() ? null : update.names)
            .expressionAttributeValues(update.values)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
  }

  private static final class Update {
    private final List<String> sets = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();

    Update(List<Reading> readings) {
      for (int i = 0; i < readings.size(); i++) {
        var reading = readings.get(i);
        sets.add("#s" + i + " = :s" + i);
        conditions.add("(attribute_not_exists(#s" + i + ") OR #s" + i + ".atMs <= :t" + i + ")");
        names.put("#s" + i, TelemetryKeys.latestOf(reading.sensor()));
        values.put(":s" + i, latest(reading));
        values.put(":t" + i, Attributes.number(reading.atMs()));
      }
    }

    Update opening(long hourMs) {
      sets.add(TelemetryKeys.OPEN_HOUR + " = :hour");
      return onlyIf(NOT_LATER, hourMs);
    }

    Update onlyIf(String condition, long hourMs) {
      conditions.add(condition);
      values.put(":hour", Attributes.number(hourMs));
      return this;
    }

    private static AttributeValue latest(Reading reading) {
      return AttributeValue.fromM(
          Map.of(
              "value", Attributes.number(reading.value()),
              "unit", Attributes.text(reading.unit()),
              "atMs", Attributes.number(reading.atMs())));
    }
  }
}
