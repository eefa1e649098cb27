// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Precondition;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.messages.MessageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/// `PUT /groups/{group}` and `DELETE`.
final class GroupRoutes {
  private static final int LONGEST_DESCRIPTION = 500;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Groups groups;
  private final ThingGroups things;
  private final FleetQueue queue;

  GroupRoutes(DynamoDbClient tables, String fleetTable, ThingGroups things, FleetQueue queue) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.groups = new Groups(tables, fleetTable);
    this.things = things;
    this.queue = queue;
  }

  /// AWS IoT has it first: so one that is there can be made anew where AWS IoT has lost it.
  ApiAnswer put(ApiRequest request) throws ApiException, MessageException {
    var group = name(request);
    var description = description(request);
    var precondition = Precondition.of(request);
    var before = groups.find(group);
    if (before.filter(item -> item.containsKey("goingMs")).isPresent()) {
      throw new ApiException(
          409, "group '" + group + "': expected one that stays, got one that is being deleted");
    }
    precondition.check(before.map(Groups::tagged));
    things.create(group);
    var values = new HashMap<String, AttributeValue>();
    values.put(":description", Attributes.text(description));
    values.put(":by", Attributes.text(request.person()));
    values.put(":atMs", Attributes.number(request.receivedMs()));
    values.put(":none", Attributes.number(0));
    try {
      var item =
          tables
              .updateItem(update ->
                  update
                      .tableName(fleetTable)
                      .key(Grouping.GROUP.key(group).attributes())
                      .updateExpression(
                          "SET description = :description, #by = if_not_exists(#by, :by), createdMs"
                              + " = if_not_exists(createdMs, :atMs), devices ="
                              + " if_not_exists(devices, :none)")
                      .conditionExpression(condition(precondition, before, values))
                      .expressionAttributeNames(Map.of("#by", "by"))
                      .expressionAttributeValues(values)
                      .returnValues(ReturnValue.ALL_NEW))
              .attributes();
      return ApiAnswer.ok(Groups.json(item)).tagged(Precondition.etag(Groups.tagged(item)));
    } catch (ConditionalCheckFailedException changedMeanwhile) {
      throw Precondition.failed("expected the group as it was read, got one just changed");
    }
  }

  /// Never over one that is being deleted.
  private static String condition(
      Precondition precondition,
      Optional<Map<String, AttributeValue>> before,
      Map<String, AttributeValue> values) {
    var stays = "attribute_not_exists(goingMs)";
    if (precondition.isNone()) {
      return stays;
    }
    if (before.isEmpty()) {
      return "attribute_not_exists(pk)";
    }
    values.put(":before", Attributes.text(Groups.description(before.get())));
    return stays + " AND description = :before";
  }

  /// From now on it is not there any more; its devices leave it as the queue tells of it.
  ApiAnswer delete(ApiRequest request) throws ApiException, MessageException {
    var group = name(request);
    var item =
        groups.find(group).orElseThrow(() -> new ApiException(404, "no group '" + group + "'"));
    var precondition = Precondition.of(request);
    if (!item.containsKey("goingMs")) {
      precondition.check(Optional.of(Groups.tagged(item)));
    }
    var values = new HashMap<String, AttributeValue>();
    values.put(":atMs", Attributes.number(request.receivedMs()));
    values.put(":description", Attributes.text(Groups.description(item)));
    try {
      tables.updateItem(update ->
          update
              .tableName(fleetTable)
              .key(Grouping.GROUP.key(group).attributes())
              .updateExpression("SET goingMs = if_not_exists(goingMs, :atMs)")
              .conditionExpression("description = :description")
              .expressionAttributeValues(values));
    } catch (ConditionalCheckFailedException changedMeanwhile) {
      throw Precondition.failed("expected the group as it was read, got one just changed");
    }
    queue.tell(Map.of("group", group));
    return new ApiAnswer(202, Map.of());
  }

  static String name(ApiRequest request) throws ApiException {
    var group = request.path("group");
    if (!Grouping.isName(group)) {
      throw new ApiException(
          400, "group: expected " + Grouping.expected() + ", got '" + group + "'");
    }
    return group;
  }

  private static String description(ApiRequest request) throws ApiException {
    var body = request.body();
    for (var member : body.members().keySet()) {
      if (!List.of("description").contains(member)) {
        throw new ApiException(400, "body: expected description, got '" + member + "'");
      }
    }
    try {
      var text = body.optionalText("description").orElse("").strip();
      if (text.length() > LONGEST_DESCRIPTION) {
        throw new ApiException(
            400,
            "description: expected at most "
                + LONGEST_DESCRIPTION
                + " characters, got "
                + text.length());
      }
      return text;
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }
}
