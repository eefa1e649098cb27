// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedStack.class)
final class PresenceHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long HOUR = 3_600_000;

  private final Cloud cloud;
  private final PresenceHandler function;

  PresenceHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    var variables = new Environment(Map.of("FLEET_TABLE", cloud.fleetTable()));
    function = new PresenceHandler(variables, cloud.tables());
  }

  private record Event(boolean connected, long ms, int version, String reason) {}

  private void deliver(String thing, Event event) throws IOException {
    var members = new HashMap<String, Object>();
    members.put("thing", thing);
    members.put("eventType", event.connected ? "connected" : "disconnected");
    members.put("atMs", NOW + event.ms);
    members.put("version", event.version);
    members.put("receivedMs", NOW + event.ms + 50);
    if (!event.connected) {
      members.put("reason", event.reason);
    }
    Invocation.of(function, members);
  }

  private void heard(String thing) {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard(thing, thing, NOW);
  }

  private Optional<Connection> shown(String thing) {
    var key = FleetKeys.device(thing).attributes();
    return Connection.of(
        cloud.tables().getItem(get -> get.tableName(cloud.fleetTable()).key(key)).item());
  }

  /// A connection that was taken over by another of the same client, which is lost later; the
  /// device is heard for the first time somewhere among them.
  @Test
  void inWhateverOrderAndHoweverOftenTheLastOneCounts() throws IOException {
    var events =
        List.of(
            new Event(true, 0, 0, ""),
            new Event(true, 1_000, 1, ""),
            new Event(false, 1_005, 0, "DUPLICATE_CLIENTID"),
            new Event(false, 60_000, 1, "CONNECTION_LOST"),
            new Event(true, 61_000, 2, ""));
    for (int seed = 0; seed < 24; seed++) {
      var random = new Random(seed);
      var thing = "gw" + seed;
      var last = random.nextBoolean() ? events.get(3) : events.get(4);
      var delivered = new ArrayList<>(events.subList(0, events.indexOf(last) + 1));
      delivered.add(events.get(random.nextInt(4)));
      Collections.shuffle(delivered, random);
      int heardAt = random.nextInt(delivered.size() + 1);

      for (int i = 0; i < delivered.size(); i++) {
        if (i == heardAt) {
          heard(thing);
        }
        deliver(thing, delivered.get(i));
      }
      heard(thing);

      assertThat(shown(thing))
          .as("seed %d: %s, heard at %d", seed, delivered, heardAt)
          .hasValue(new Connection(last.connected, NOW + last.ms, last.version, last.reason));
    }
  }

  @Test
  void versionsThatBeginAgainAreNewerAfterAWhile() throws IOException {
    heard("gw");
    deliver("gw", new Event(true, 0, 7, ""));
    deliver("gw", new Event(false, HOUR, 7, "CONNECTION_LOST"));

    deliver("gw", new Event(true, 2 * HOUR, 0, ""));

    assertThat(shown("gw")).map(Connection::connected).hasValue(true);
    deliver("gw", new Event(false, HOUR, 7, "CONNECTION_LOST"));
    assertThat(shown("gw")).map(Connection::version).hasValue(0L);
  }

  /// Other stages' devices are in the account, and clients that are none.
  @Test
  void nobodyIsRegisteredByAConnection() throws IOException {
    deliver("other", new Event(true, 0, 0, ""));

    assertThat(cloud.items(cloud.fleetTable()))
        .singleElement()
        .satisfies(item -> {
          assertThat(item.get("pk").s()).isEqualTo("T#other");
          assertThat(item).containsKey("ttl");
        });
  }

  @Test
  void isNotLostWhereTheDeviceIsHeardAtTheSameTime() throws Exception {
    for (int i = 0; i < 20; i++) {
      var thing = "gw" + i;
      var together = new CyclicBarrier(2);
      try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
        var delivered =
            both.submit(() -> {
              together.await();
              deliver(thing, new Event(true, 0, 0, ""));
              return true;
            });
        together.await();
        heard(thing);
        delivered.get();
      }
      assertThat(shown(thing)).as(thing).isPresent();
    }
  }

  @Test
  void whatIsNoEventFailsTheInvocation() {
    assertThatThrownBy(
            () -> Invocation.of(function, Map.of("thing", "gw", "eventType", "connect_failed")))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("expected connected or disconnected, got connect_failed");
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    function.prime();

    assertThat(cloud.items(cloud.fleetTable())).isEmpty();
  }
}
