// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Listing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The devices that a request asks for: all, or those of a group, of a type, or of both. Of those
/// the partition is read that has them, and the items of just these; of both the group's.
final class DeviceListing {
  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Groups groups;

  DeviceListing(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.groups = new Groups(tables, fleetTable);
  }

  Listing.Page page(ApiRequest request) throws ApiException {
    var group = request.query("group");
    var type = request.query("type");
    for (var name : List.of("group", "type")) {
      var given = request.query(name);
      if (given.isPresent() && !Grouping.isName(given.get())) {
        throw new ApiException(
            400, name + ": expected " + Grouping.expected() + ", got '" + given.get() + "'");
      }
    }
    if (group.isPresent()) {
      groups.require(group.get());
      return members(Grouping.GROUP.members(group.get()), type, request);
    }
    if (type.isPresent()) {
      return members(Grouping.TYPE.members(type.get()), Optional.empty(), request);
    }
    return Lists.page(
        tables, fleetTable, new Listing(FleetKeys.DEVICES, "", false), _ -> true, request);
  }

  /// Reads on until there are enough of the type.
  private Listing.Page members(Listing listing, Optional<String> type, ApiRequest request)
      throws ApiException {
    int limit = Lists.limit(request);
    var found = new ArrayList<Map<String, AttributeValue>>();
    var after = Cursor.in(request, "");
    while (true) {
      var page = listing.page(tables, fleetTable, after, _ -> true, limit);
      for (var item : items(page.items())) {
        if (type.isEmpty() || Grouping.type(item).equals(type)) {
          if (found.size() == limit) {
            return new Listing.Page(found, Attributes.text(found.getLast(), "sk"));
          }
          found.add(item);
        }
      }
      if (page.next().isEmpty()) {
        return new Listing.Page(found, Optional.empty());
      }
      if (found.size() == limit) {
        return new Listing.Page(found, page.next());
      }
      after = page.next();
    }
  }

  /// In the order of the members; one that has gone since is left out.
  private List<Map<String, AttributeValue>> items(List<Map<String, AttributeValue>> members) {
    var keys =
        members.stream()
            .map(member ->
                FleetKeys.device(Attributes.text(member, "sk").orElseThrow()).attributes())
            .toList();
    var byName = new HashMap<String, Map<String, AttributeValue>>();
    for (var item : Batches.get(tables, fleetTable, keys)) {
      byName.put(Attributes.text(item, "sk").orElseThrow(), item);
    }
    return keys.stream()
        .map(key -> byName.get(Attributes.text(key, "sk").orElseThrow()))
        .filter(Objects::nonNull)
        .toList();
  }
}
