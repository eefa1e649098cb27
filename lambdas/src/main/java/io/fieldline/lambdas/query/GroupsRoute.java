// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.api.Precondition;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Listing;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// `GET /groups`, `GET /groups/{group}` and `GET /types`: each tells how many devices there are, by
/// a number that is kept, not by counting.
final class GroupsRoute {
  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Groups groups;

  GroupsRoute(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.groups = new Groups(tables, fleetTable);
  }

  ApiAnswer all(ApiRequest request) throws ApiException {
    var listing = new Listing(Grouping.GROUP.partition(), "", false);
    var page = Lists.page(tables, fleetTable, listing, Groups::isThere, request);
    return Lists.answer("groups", page.items().stream().map(Groups::json).toList(), page.next());
  }

  ApiAnswer one(ApiRequest request) throws ApiException {
    var item = groups.require(request.path("group"));
    return ApiAnswer.ok(Groups.json(item)).tagged(Precondition.etag(Groups.tagged(item)));
  }

  /// Those that some device is of.
  ApiAnswer types(ApiRequest request) throws ApiException {
    var listing = new Listing(Grouping.TYPE.partition(), "", false);
    var page =
        Lists.page(
            tables, fleetTable, listing, item -> Attributes.whole(item, "devices") > 0, request);
    return Lists.answer(
        "types",
        page.items().stream()
            .map(item ->
                Map.of(
                    "type", Attributes.text(item, "sk").orElse(""),
                    "devices", Attributes.whole(item, "devices")))
            .toList(),
        page.next());
  }
}
