// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Who changed what, or tried to. An entry is written before anything is done, and told how it
/// ended afterwards: what has no entry was not done, and an entry without a status may have been.
public final class Audit {
  private static final System.Logger LOG = System.getLogger(Audit.class.getName());
  private static final int MOST_OF_BODY = 1_000;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Duration retention;

  /// The audit log in a fleet table.
  ///
  /// @param retention how long an entry is kept
  public Audit(DynamoDbClient tables, String fleetTable, Duration retention) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.retention = retention;
  }

  /// The audit log in a fleet table, kept for as long as a function's environment says.
  public static Audit of(DynamoDbClient tables, String fleetTable, Environment environment) {
    return new Audit(tables, fleetTable, retention(environment));
  }

  /// How long an entry is kept, as a function's environment says.
  public static Duration retention(Environment environment) {
    return Duration.ofDays(environment.positive("AUDIT_RETENTION_DAYS"));
  }

  /// Writes who asks for what; where that cannot be written, nothing may be done.
  Key begin(ApiRequest request) throws MessageException {
    var attributes = new HashMap<String, AttributeValue>();
    attributes.put("atMs", Attributes.number(request.receivedMs()));
    attributes.put("by", Attributes.text(request.person()));
    attributes.put("route", Attributes.text(request.routeKey()));
    var path = request.event().optionalObject("pathParameters");
    attributes.put("path", Attributes.text(new String(path.toBytes(), StandardCharsets.UTF_8)));
    var body = request.event().optionalText("body").orElse("");
    if (!body.isEmpty()) {
      attributes.put(
          "body",
          Attributes.text(
              body.length() <= MOST_OF_BODY ? body : body.substring(0, MOST_OF_BODY) + "…"));
    }
    attributes.put(
        TelemetryKeys.TTL, Attributes.number((request.receivedMs() + retention.toMillis()) / 1000));
    var key =
        FleetKeys.dated(
            FleetKeys.AUDIT, request.receivedMs(), request.requestId().orElse("invoked"));
    tables.putItem(put -> put.tableName(fleetTable).item(key.with(attributes)));
    return key;
  }

  /// Notes how it ended. What was done is not undone where this fails.
  void end(Key entry, int status) {
    try {
      tables.updateItem(update ->
          update
              .tableName(fleetTable)
              .key(entry.attributes())
              .updateExpression("SET #status = :status")
              .expressionAttributeNames(Map.of("#status", "status"))
              .expressionAttributeValues(Map.of(":status", Attributes.number(status))));
    } catch (SdkException e) {
      LOG.log(System.Logger.Level.ERROR, "an audit entry stays without its status", e);
    }
  }

  /// An entry as the API tells it.
  public static Map<String, Object> json(Map<String, AttributeValue> item) throws MessageException {
    var entry = new HashMap<String, Object>();
    entry.put("id", Attributes.text(item, "sk").orElse(""));
    entry.put("path", JsonObject.parse(Attributes.text(item, "path").orElse("{}")).members());
    for (var name : new String[] {"atMs", "by", "route", "body", "status"}) {
      var value = item.get(name);
      if (value != null) {
        Attributes.json(value).ifPresent(json -> entry.put(name, json));
      }
    }
    return entry;
  }
}
