// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Grouping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Groups of devices as the API tells them.
public final class Groups {
  private final DynamoDbClient tables;
  private final String fleetTable;

  /// The groups of a fleet table.
  public Groups(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  /// A group's item, be it that it goes.
  public Optional<Map<String, AttributeValue>> find(String group) {
    var key = Grouping.GROUP.key(group).attributes();
    var item =
        tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  /// A group's item; 404 if there is none that stays.
  public Map<String, AttributeValue> require(String group) throws ApiException {
    return find(group)
        .filter(Groups::isThere)
        .orElseThrow(() -> new ApiException(404, "no group '" + group + "'"));
  }

  /// Whether the group of an item stays.
  public static boolean isThere(Map<String, AttributeValue> item) {
    return !item.containsKey("goingMs");
  }

  /// What is said of a group.
  public static String description(Map<String, AttributeValue> item) {
    return Attributes.text(item, "description").orElse("");
  }

  /// Of what its ETag is made: what people change. Devices come and go beside it.
  public static String tagged(Map<String, AttributeValue> item) {
    return Attributes.text(item, "sk").orElse("") + "\n" + description(item);
  }

  /// A group.
  public static Map<String, Object> json(Map<String, AttributeValue> item) {
    var json = new LinkedHashMap<String, Object>();
    json.put("group", Attributes.text(item, "sk").orElse(""));
    json.put("description", description(item));
    json.put("devices", Attributes.whole(item, "devices"));
    json.put("by", Attributes.text(item, "by").orElse(""));
    json.put("createdMs", Attributes.whole(item, "createdMs"));
    return json;
  }
}
