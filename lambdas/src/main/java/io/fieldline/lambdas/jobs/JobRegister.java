// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Which jobs were made, by whom. It is written before AWS IoT is asked, so that there is no job
/// that nobody made. One that is deleted stays for as long as its request may be sent again.
final class JobRegister {
  private static final Duration SENT_AGAIN = Duration.ofDays(2);

  private final DynamoDbClient tables;
  private final String fleetTable;

  JobRegister(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// Writes a job down; one that is written already stays as it is.
  void begin(String job, JobOrder order, String by, long atMs) {
    var item = new HashMap<String, AttributeValue>();
    item.put("by", Attributes.text(by));
    item.put("atMs", Attributes.number(atMs));
    item.put("type", Attributes.text(order.document().type()));
    order.description().ifPresent(text -> item.put("description", Attributes.text(text)));
    item.put("devices", texts(order.devices()));
    item.put("groups", texts(order.groups()));
    item.put("continuous", AttributeValue.fromBool(order.isContinuous()));
    try {
      tables.putItem(put ->
          put.tableName(fleetTable)
              .item(FleetKeys.job(job).with(item))
              .conditionExpression("attribute_not_exists(pk)"));
    } catch (ConditionalCheckFailedException askedBefore) {
      // By the same request.
    }
  }

  private static AttributeValue texts(List<String> texts) {
    return AttributeValue.fromL(texts.stream().map(Attributes::text).toList());
  }

  /// The item of a job that was not deleted.
  Map<String, AttributeValue> require(String job) throws ApiException {
    var item =
        tables
            .getItem(get ->
                get.tableName(fleetTable).key(FleetKeys.job(job).attributes()).consistentRead(true))
            .item();
    if (!isThere(item)) {
      throw new ApiException(404, "no job '" + job + "'");
    }
    return item;
  }

  static boolean isThere(Map<String, AttributeValue> item) {
    return !item.isEmpty() && !item.containsKey("deletedMs");
  }

  /// It never came to be.
  void forget(String job) {
    tables.deleteItem(delete -> delete.tableName(fleetTable).key(FleetKeys.job(job).attributes()));
  }

  void deleted(String job, long atMs) {
    tables.updateItem(update ->
        update
            .tableName(fleetTable)
            .key(FleetKeys.job(job).attributes())
            .updateExpression("SET deletedMs = :atMs, #ttl = :ttl")
            .expressionAttributeNames(Map.of("#ttl", TelemetryKeys.TTL))
            .expressionAttributeValues(
                Map.of(
                    ":atMs",
                    Attributes.number(atMs),
                    ":ttl",
                    Attributes.number((atMs + SENT_AGAIN.toMillis()) / 1000))));
  }

  /// Keeps how a job ended, so that AWS IoT is not asked any more.
  void ended(String job, String status, Map<String, Integer> counts) {
    var kept = new HashMap<String, AttributeValue>();
    counts.forEach((name, count) -> kept.put(name, Attributes.number((long) count)));
    try {
      tables.updateItem(update ->
          update
              .tableName(fleetTable)
              .key(FleetKeys.job(job).attributes())
              .updateExpression("SET #status = :status, #counts = :counts")
              .conditionExpression("attribute_exists(pk) AND attribute_not_exists(deletedMs)")
              .expressionAttributeNames(Map.of("#status", "status", "#counts", "counts"))
              .expressionAttributeValues(
                  Map.of(
                      ":status", Attributes.text(status),
                      ":counts", AttributeValue.fromM(kept))));
    } catch (ConditionalCheckFailedException deletedMeanwhile) {
      // Nobody asks for it any more.
    }
  }
}
