// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.MessageException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// `DELETE /devices/{device}` and `/deletions`.
final class DeletionRoutes {
  private static final List<String> COUNTERS =
      List.of("jobs", "shadows", "telemetryItems", "fleetItems", "archivedMessages");

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Deletions deletions;
  private final DeviceIdentity identity;
  private final FleetQueue queue;

  DeletionRoutes(
      DynamoDbClient tables,
      String fleetTable,
      Deletions deletions,
      DeviceIdentity identity,
      FleetQueue queue) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.deletions = deletions;
    this.identity = identity;
    this.queue = queue;
  }

  /// Asked for again it goes on, or is done already.
  ApiAnswer delete(ApiRequest request) throws ApiException, MessageException {
    var thing = request.path("device");
    var receipt = deletions.get(thing);
    if (!receipt.containsKey("doneMs")) {
      if (receipt.isEmpty()) {
        check(thing);
      }
      deletions.begin(thing, request.person(), request.receivedMs());
      queue.tell(thing, 1, Duration.ZERO);
      receipt = deletions.get(thing);
    }
    return new ApiAnswer(202, json(thing, receipt));
  }

  private void check(String thing) throws ApiException {
    var key = FleetKeys.device(thing).attributes();
    var device =
        tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
    var gateway = Attributes.text(device, "thing").orElse(thing);
    if (!gateway.equals(thing)) {
      throw new ApiException(
          409,
          "expected a thing, got a device behind " + gateway + ": it goes with its gateway only");
    }
    if (device.isEmpty() && !identity.isThere(thing)) {
      throw new ApiException(404, "no device '" + thing + "' was ever heard or registered");
    }
  }

  ApiAnswer list(ApiRequest request) throws ApiException {
    var listing = new Listing(FleetKeys.DELETIONS, "", false);
    var page = Lists.page(tables, fleetTable, listing, _ -> true, request);
    return Lists.answer(
        "deletions",
        page.items().stream()
            .map(item -> json(Attributes.text(item, "sk").orElse(""), item))
            .toList(),
        page.next());
  }

  /// The name may be somebody's again.
  ApiAnswer forget(ApiRequest request) throws ApiException {
    var thing = request.path("device");
    var receipt = deletions.get(thing);
    if (receipt.isEmpty()) {
      throw new ApiException(404, "no device '" + thing + "' was deleted");
    }
    if (!receipt.containsKey("doneMs")) {
      throw new ApiException(409, "expected a deletion that is done, got one that still runs");
    }
    tables.deleteItem(
        delete -> delete.tableName(fleetTable).key(FleetKeys.deletion(thing).attributes()));
    return ApiAnswer.ok(Map.of());
  }

  private static Map<String, Object> json(String thing, Map<String, AttributeValue> receipt) {
    var json = new LinkedHashMap<String, Object>();
    json.put("device", thing);
    json.put("by", Attributes.text(receipt, "by").orElse(""));
    json.put("askedMs", Attributes.whole(receipt, "askedMs"));
    if (receipt.containsKey("doneMs")) {
      json.put("doneMs", Attributes.whole(receipt, "doneMs"));
    }
    json.put("certificates", Attributes.whole(receipt, "certificatesGone"));
    COUNTERS.forEach(name -> json.put(name, Attributes.whole(receipt, name)));
    return json;
  }
}
