// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.AlarmCondition;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// When devices were heard for the last time: each is read once, by how many rules it may be
/// watched. What was written just now may not be seen; then the next look sees it.
final class NewestReadings {
  private final Map<String, Map<String, AttributeValue>> byDevice = new HashMap<>();

  NewestReadings(DynamoDbClient tables, String telemetryTable, Collection<String> devices) {
    var byPartition = new HashMap<String, String>();
    for (var device : new HashSet<>(devices)) {
      byPartition.put(TelemetryKeys.latest(device).pk(), device);
    }
    var keys =
        byPartition.values().stream()
            .map(device -> TelemetryKeys.latest(device).attributes())
            .toList();
    for (var item : Batches.get(tables, telemetryTable, keys)) {
      var device = byPartition.get(Attributes.text(item, "pk").orElse(""));
      if (device != null) {
        byDevice.put(device, item);
      }
    }
  }

  /// Of the sensor that a rule is about, or of any; empty if there was none.
  OptionalLong of(String device, AlarmCondition.Absence absence) {
    return byDevice.getOrDefault(device, Map.of()).entrySet().stream()
        .filter(one -> isMeant(one.getKey(), absence))
        .mapToLong(one -> Attributes.whole(one.getValue().m(), "atMs"))
        .max();
  }

  private static boolean isMeant(String attribute, AlarmCondition.Absence absence) {
    return absence
        .sensor()
        .map(sensor -> attribute.equals(TelemetryKeys.latestOf(sensor)))
        .orElseGet(() -> attribute.startsWith(TelemetryKeys.latestOf("")));
  }
}
