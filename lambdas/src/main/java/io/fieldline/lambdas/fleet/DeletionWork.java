// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.archive.ArchiveDeletion;
import io.fieldline.lambdas.scheduler.Schedules;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Carries out deletions, as the queue tells of them, in two rounds. The first takes everything;
/// but functions that know the device without looking may still be writing what it said. The second
/// comes when none of them can be, and takes that. Each is as good when it is done twice.
final class DeletionWork {
  private static final System.Logger LOG = System.getLogger(DeletionWork.class.getName());

  /// As long as SQS delays: longer than {@link io.fieldline.lambdas.tables.DeviceRegister}
  /// remembers and the functions run, together with the delay of rollups.
  private static final Duration BETWEEN = Duration.ofMinutes(15);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Deletions deletions;
  private final DeviceIdentity identity;
  private final DeviceItems items;
  private final Optional<ArchiveDeletion> archive;
  private final Schedules schedules;
  private final FleetQueue queue;
  private final Clock clock;

  DeletionWork(
      DynamoDbClient tables,
      String fleetTable,
      Deletions deletions,
      DeviceIdentity identity,
      DeviceItems items,
      Optional<ArchiveDeletion> archive,
      Schedules schedules,
      FleetQueue queue,
      Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.deletions = deletions;
    this.identity = identity;
    this.items = items;
    this.archive = archive;
    this.schedules = schedules;
    this.queue = queue;
    this.clock = clock;
  }

  /// A message of the queue.
  void take(String thing, int round) {
    var receipt = deletions.get(thing);
    if (receipt.isEmpty() || receipt.containsKey("doneMs")) {
      LOG.log(System.Logger.Level.INFO, "a deletion that is over", Map.of("thing", thing));
      return;
    }
    try {
      round(thing, round, new TimeLeft(clock));
    } catch (TimeLeft.IsUp goOn) {
      queue.tell(thing, round, Duration.ZERO);
      return;
    }
    if (round == 1) {
      queue.tell(thing, 2, BETWEEN);
    } else {
      deletions.end(thing, clock.millis());
    }
    LOG.log(
        System.Logger.Level.INFO, "deletion: round done", Map.of("thing", thing, "round", round));
  }

  private void round(String thing, int round, Runnable timeLeft) {
    remember(thing);
    var receipt = deletions.get(thing);
    for (var certificate : Deletions.remembered(receipt, "certificates")) {
      identity.discard(thing, certificate);
    }
    identity.disconnect(thing);
    identity.deleteJobs(thing);
    identity.leaveGroups(thing);
    identity.deleteShadows(thing);
    identity.deleteThing(thing);
    var devices = Deletions.remembered(receipt, "devices");
    devices.add(thing);
    for (var device : devices) {
      schedules.forgetDevice(device, Attributes.text(receipt, "by").orElse(""), clock.millis());
    }
    long fromMs = Attributes.whole(receipt, "fromMs");
    items.delete(new DeviceItems.Extent(thing, devices, fromMs, clock.millis()), timeLeft);
    archive.ifPresent(objects -> takeOut(objects, thing, round, timeLeft));
  }

  /// The second round looks only where something may have come since.
  private void takeOut(ArchiveDeletion objects, String thing, int round, Runnable timeLeft) {
    var receipt = deletions.get(thing);
    var since = Attributes.whole(receipt, round == 1 ? "fromMs" : "askedMs");
    objects.delete(
        thing,
        TelemetryKeys.day(since).minusDays(1),
        TelemetryKeys.day(clock.millis()),
        deletions.archive(thing, round),
        timeLeft);
  }

  /// What goes early and names what goes late.
  private void remember(String thing) {
    var devices = new TreeSet<String>();
    long fromMs = Attributes.whole(deletions.get(thing), "fromMs");
    // Those behind it are named after it.
    for (var page :
        tables.queryPaginator(query ->
            query
                .tableName(fleetTable)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk AND begins_with(sk, :thing)")
                .filterExpression("thing = :thing")
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(FleetKeys.DEVICES),
                        ":thing", Attributes.text(thing))))) {
      for (var item : page.items()) {
        Attributes.text(item, "sk").ifPresent(devices::add);
        if (DeviceRegister.wasHeard(item)) {
          fromMs = Math.min(fromMs, Attributes.whole(item, "firstMs"));
        }
      }
    }
    deletions.remember(thing, devices, identity.certificates(thing), fromMs);
  }
}
