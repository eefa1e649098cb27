// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.tables.DailyListing;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// `GET /audit?limit=&cursor=`: who changed what, the newest first.
final class AuditRoute {
  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Duration retention;

  AuditRoute(DynamoDbClient tables, String fleetTable, Duration retention) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.retention = retention;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var page =
        new DailyListing(FleetKeys.AUDIT, retention, List.of())
            .page(
                tables,
                fleetTable,
                Cursor.dated(request.query("cursor"), FleetKeys.AUDIT),
                _ -> true,
                Lists.limit(request),
                request.receivedMs());
    var entries = new ArrayList<Object>();
    for (var item : page.items()) {
      entries.add(Audit.json(item));
    }
    return Lists.answer("entries", entries, page.next());
  }
}
