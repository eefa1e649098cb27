// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Listing;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Takes the devices out of a group that goes, and then the group away. As good when it is done
/// twice.
final class GroupWork {
  private static final System.Logger LOG = System.getLogger(GroupWork.class.getName());
  private static final int AT_ONCE = 100;

  /// As long as the function may take.
  private static final Duration TOLD_AFTER = Duration.ofSeconds(60);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Memberships memberships;
  private final ThingGroups things;
  private final FleetQueue queue;
  private final MirrorQueue mirrors;
  private final Clock clock;

  GroupWork(
      DynamoDbClient tables,
      String fleetTable,
      Memberships memberships,
      ThingGroups things,
      FleetQueue queue,
      MirrorQueue mirrors,
      Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.memberships = memberships;
    this.things = things;
    this.queue = queue;
    this.mirrors = mirrors;
    this.clock = clock;
  }

  void take(String group) {
    var key = Grouping.GROUP.key(group).attributes();
    var item =
        tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
    if (!item.containsKey("goingMs")) {
      LOG.log(System.Logger.Level.INFO, "a group that stays, or is gone", Map.of("group", group));
      return;
    }
    try {
      empty(group, new TimeLeft(clock));
    } catch (TimeLeft.IsUp goOn) {
      queue.tell(Map.of("group", group));
      return;
    }
    things.delete(group);
    tables.deleteItem(delete ->
        delete
            .tableName(fleetTable)
            .key(key)
            .conditionExpression("attribute_not_exists(pk) OR attribute_exists(goingMs)"));
    LOG.log(System.Logger.Level.INFO, "group deleted", Map.of("group", group));
  }

  private void empty(String group, Runnable timeLeft) {
    Listing.Page page;
    do {
      page =
          Grouping.GROUP
              .members(group)
              .page(tables, fleetTable, Optional.empty(), _ -> true, AT_ONCE);
      // Before, so that whatever ends the function they are told; and when it has ended.
      var members = page.items().stream().map(member -> Attributes.text(member, "thing"));
      mirrors.tell(members.flatMap(Optional::stream).toList(), TOLD_AFTER);
      for (var member : page.items()) {
        timeLeft.run();
        out(group, Attributes.text(member, "sk").orElseThrow());
      }
    } while (page.next().isPresent());
  }

  private void out(String group, String device) {
    boolean isOut;
    try {
      isOut = memberships.leave(group, device);
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      isOut = false;
    }
    if (!isOut) {
      // Of a device that is gone itself.
      var member = Grouping.GROUP.member(group, device).attributes();
      tables.deleteItem(delete -> delete.tableName(fleetTable).key(member));
    }
  }
}
