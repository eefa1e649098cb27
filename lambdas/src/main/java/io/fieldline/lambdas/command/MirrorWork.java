// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.MessageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iotdataplane.model.IotDataPlaneException;

/// Tells agents the alarm rules that are about their devices, some things at a time, as the queue
/// tells. Whatever is done twice changes nothing.
final class MirrorWork {
  private static final System.Logger LOG = System.getLogger(MirrorWork.class.getName());
  private static final int READ_AT_ONCE = 100;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final AlarmMirrors mirrors;
  private final MirrorQueue queue;

  MirrorWork(DynamoDbClient tables, String fleetTable, AlarmMirrors mirrors, MirrorQueue queue) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.mirrors = mirrors;
    this.queue = queue;
  }

  /// @param mirror `{"device"}`, `{"group"}` or `{"type"}`, about which a rule is or was, or
  ///   `{"all"}`; with `after` which device it goes on; or `{"things"}`
  void take(JsonObject mirror) throws MessageException {
    if (mirror.has("things")) {
      write(mirror.texts("things"));
    } else if (mirror.has("device")) {
      write(thing(mirror.text("device")));
    } else {
      page(mirror);
    }
  }

  private List<String> thing(String device) {
    var key = FleetKeys.device(device).attributes();
    var item =
        tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
    return item.isEmpty() ? List.of() : List.of(thing(item));
  }

  /// Some at a time, however many they are: the rest is told to the queue.
  private void page(JsonObject mirror) throws MessageException {
    Optional<String> after =
        mirror.has("after") ? Optional.of(mirror.text("after")) : Optional.empty();
    var page = devices(mirror).page(tables, fleetTable, after, _ -> true, READ_AT_ONCE);
    var things = page.items().stream().map(MirrorWork::thing).distinct().toList();
    if (page.next().isPresent() || things.size() > MirrorQueue.AT_ONCE) {
      queue.tell(things);
      page.next().ifPresent(last -> queue.tellRest(mirror, last));
    } else {
      write(things);
    }
  }

  private static Listing devices(JsonObject mirror) throws MessageException {
    if (mirror.has("all")) {
      return new Listing(FleetKeys.DEVICES, "", false);
    }
    return mirror.has("group")
        ? Grouping.GROUP.members(mirror.text("group"))
        : Grouping.TYPE.members(mirror.text("type"));
  }

  private static String thing(Map<String, AttributeValue> item) {
    return Attributes.text(item, "thing").orElse(Attributes.text(item, "sk").orElseThrow());
  }

  /// Each thing's failure is its own; where one may pass, all of the part are tried again.
  private void write(List<String> things) throws MessageException {
    int failed = 0;
    for (var thing : things) {
      try {
        if (mirrors.write(thing)) {
          LOG.log(System.Logger.Level.INFO, "alarm rules told", Map.of("thing", thing));
        }
      } catch (IotDataPlaneException e) {
        LOG.log(System.Logger.Level.ERROR, "a shadow did not take the alarm rules of " + thing, e);
        failed += FleetCommandWork.FOR_GOOD.contains(e.statusCode()) ? 0 : 1;
      } catch (SdkException | MessageException e) {
        LOG.log(System.Logger.Level.ERROR, "the alarm rules of " + thing + " were not told", e);
        failed++;
      }
    }
    if (failed > 0) {
      throw new MessageException(
          "%d of %d things could not be told their alarm rules".formatted(failed, things.size()));
    }
  }
}
