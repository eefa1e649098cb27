// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.MessageException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `/serials`: which devices may be provisioned.
final class SerialRoutes {
  private static final List<String> SHOWN =
      List.of("by", "addedMs", "admittedMs", "certificateId", "admissions", "againMs");

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Serials serials;
  private final Groups groups;

  SerialRoutes(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.serials = new Serials(tables, fleetTable);
    this.groups = new Groups(tables, fleetTable);
  }

  ApiAnswer list(ApiRequest request) throws ApiException {
    var listing = new Listing(FleetKeys.SERIALS, "", false);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    return Lists.answer(
        "serials", page.items().stream().map(SerialRoutes::json).toList(), page.next());
  }

  /// What was added by a request that ended half-way is there already when it is sent again.
  ApiAnswer add(ApiRequest request) throws ApiException, MessageException {
    String csv;
    try {
      csv = request.body().text("csv");
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
    var known = new HashMap<String, Boolean>();
    var asked =
        DeviceCsv.rows(
            csv,
            group ->
                known.computeIfAbsent(
                    group, name -> groups.find(name).filter(Groups::isThere).isPresent()));
    int added = serials.add(asked, request.person(), request.receivedMs());
    return ApiAnswer.ok(Map.of("added", added, "there", asked.size() - added));
  }

  ApiAnswer allow(ApiRequest request) throws ApiException, MessageException {
    var serial = request.path("serial");
    if (!DeviceCsv.isSerial(serial)) {
      throw new ApiException(
          400, "serial: expected " + DeviceCsv.expected() + ", got '" + serial + "'");
    }
    return ApiAnswer.ok(json(serials.allow(serial, request.person(), request.receivedMs())));
  }

  ApiAnswer remove(ApiRequest request) throws ApiException {
    var serial = request.path("serial");
    if (!serials.remove(serial)) {
      throw new ApiException(404, "no serial number '" + serial + "' is on the list");
    }
    return ApiAnswer.ok(Map.of());
  }

  private static Map<String, Object> json(Map<String, AttributeValue> item) {
    var json = new LinkedHashMap<String, Object>();
    json.put("serial", Attributes.text(item, "sk").orElse(""));
    Grouping.type(item).ifPresent(type -> json.put("type", type));
    if (!Grouping.groups(item).isEmpty()) {
      json.put("groups", Grouping.groups(item));
    }
    for (var name : SHOWN) {
      var value = item.get(name);
      if (value != null) {
        Attributes.json(value).ifPresent(shown -> json.put(name, shown));
      }
    }
    return json;
  }
}
