// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.Members;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.rollup.RollupHandler;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.AlarmBound;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmSubject;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/// Messages that come twice, in another order, and to a function that ends in the middle have the
/// effect of the same messages once, in order.
@ExtendWith(SharedStack.class)
final class EffectOnceTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final int EDGES = 260;

  private final Cloud cloud;
  private int rounds;

  EffectOnceTest(Cloud cloud) {
    this.cloud = cloud;
  }

  /// A message as it comes: the batch, and when AWS IoT took it, which differs where the device has
  /// published twice.
  private record Delivery(int batch, long receivedMs) {}

  /// What a round has left in the tables, without its own name in it.
  private record Effect(
      Map<String, Map<String, AttributeValue>> telemetry,
      List<String> alarms,
      List<String> history,
      Set<String> told,
      List<String> commands) {}

  /// As long as every other, since items' bytes are counted.
  private String thing() {
    return "gw%03d".formatted(rounds++);
  }

  private static List<List<Reading>> batches(String thing) {
    return List.of(
        List.of(reading(thing, "t", 0, 20), reading(thing, "h", 0, 40)),
        List.of(reading(thing, "t", 10, 31), reading(thing, "h", 5, 41)),
        List.of(reading(thing + ":c", "t", 12, 99)),
        List.of(reading(thing, "t", 20, 29)),
        List.of(reading(thing, "h", -3_600_000, 39), reading(thing, "h", 25, 42)),
        List.of(reading(thing, "t", 30, 33), reading(thing, "t", 31, 34)));
  }

  private static Reading reading(String device, String sensor, long ms, double value) {
    return new Reading(device, sensor, "Cel", NOW + ms, value);
  }

  private TelemetryHandler function() {
    return Functions.telemetry(cloud, NOW);
  }

  @Test
  void comesTwiceToAFunctionThatEndsAnywhere() throws IOException {
    endsAt(20);
  }

  @Test
  @Tag("long")
  void comesTwiceToAFunctionThatEndsAtEachEdgeOfEachCall() throws IOException {
    endsAt(1);
  }

  private void endsAt(int step) throws IOException {
    var plain = round(once(), 0, false);
    assertThat(plain.commands).containsExactly("SUPERSEDED", "PENDING");
    assertThat(plain.history).hasSize(6);
    assertThat(plain.told).hasSize(6);
    assertThat(plain.telemetry.keySet()).anyMatch(key -> key.startsWith("Y#gw#"));
    for (int edge = 1; edge <= EDGES; edge += step) {
      var random = new Random(edge);
      var doubled = new ArrayList<Delivery>();
      for (var delivery : once()) {
        for (int times = random.nextInt(1, 3); times > 0; times--) {
          doubled.add(new Delivery(delivery.batch, delivery.receivedMs + times));
          // An older one again, after newer ones.
          doubled.add(new Delivery(random.nextInt(delivery.batch + 1), delivery.receivedMs + 5));
        }
      }
      assertThat(round(doubled, edge, true)).as("ended at edge %d", edge).isEqualTo(plain);
    }
  }

  /// Whatever the order, the readings and the latest state are the same, the alarm stands as its
  /// sensor's newest reading says, and no raise commands twice. That a late reading raises nothing
  /// is a rule.
  @Test
  void comesInAnotherOrder() throws IOException {
    var plain = round(once(), 0, false);
    for (int seed = 1; seed <= 5; seed++) {
      var shuffled = new ArrayList<>(once());
      shuffled.addAll(once());
      Collections.shuffle(shuffled, new Random(seed));

      var effect = round(shuffled, 3 * seed, true);

      assertThat(effect.telemetry).as("seed %d", seed).isEqualTo(plain.telemetry);
      assertThat(effect.alarms).hasSize(2).allMatch(alarm -> alarm.contains("raised=true"));
      assertThat(effect.commands)
          .hasSizeBetween(1, 2)
          .endsWith("PENDING")
          .filteredOn("PENDING"::equals)
          .hasSize(1);
    }
  }

  @Test
  void comesToTwoFunctionsAtOnce() throws Exception {
    for (int round = 0; round < 8; round++) {
      var thing = thing();
      rule(thing);
      var together = new CyclicBarrier(2);
      try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
        var deliveries = new ArrayList<Future<String>>();
        for (int batch : new int[] {1, 5}) {
          var event = Map.of("Records", List.of(message(thing, new Delivery(batch, NOW + batch))));
          deliveries.add(
              both.submit(() -> {
                var function = function();
                together.await();
                return Invocation.of(function, event);
              }));
        }
        for (var delivery : deliveries) {
          assertThat(delivery.get()).isEqualTo("{\"batchItemFailures\":[]}");
        }
      }
      assertThat(effect(thing).commands).containsExactly("PENDING");
    }
  }

  private static List<Delivery> once() {
    var deliveries = new ArrayList<Delivery>();
    for (int batch = 0; batch < batches("any").size(); batch++) {
      deliveries.add(new Delivery(batch, NOW + 100L * batch));
    }
    return deliveries;
  }

  /// Delivers as SQS does: some at a time, all of them again if the function ended, to a new one.
  private Effect round(List<Delivery> deliveries, int endsAt, boolean inGroups) throws IOException {
    var thing = thing();
    rule(thing);
    var function = function();
    var random = new Random(endsAt);
    cloud.endAt(endsAt);
    for (int from = 0; from < deliveries.size(); ) {
      int to = Math.min(deliveries.size(), from + (inGroups ? random.nextInt(1, 4) : 1));
      var records = new ArrayList<Object>();
      for (var delivery : deliveries.subList(from, to)) {
        records.add(message(thing, delivery));
      }
      try {
        assertThat(Invocation.of(function, Map.of("Records", records)))
            .isEqualTo("{\"batchItemFailures\":[]}");
        from = to;
      } catch (Cloud.Ended ended) {
        function = function();
        // What was under way is hidden for a while, and what the device has published again is not.
        for (var delivery : deliveries.subList(from, to)) {
          var again = new Delivery(delivery.batch, delivery.receivedMs + 7);
          Invocation.of(function, Map.of("Records", List.of(message(thing, again))));
        }
      }
    }
    cloud.endAt(0);
    rollUp(endsAt);
    return effect(thing);
  }

  /// What was told to the rollup function, each message twice, in any order, some at a time.
  private void rollUp(int seed) throws IOException {
    var told = new ArrayList<>(cloud.toldToRollup());
    told.addAll(told);
    var random = new Random(seed);
    Collections.shuffle(told, random);
    var function = new RollupHandler(Functions.environment(cloud), cloud.tables());
    for (int from = 0; from < told.size(); ) {
      int to = Math.min(told.size(), from + random.nextInt(1, 4));
      var records = new ArrayList<Object>();
      for (var body : told.subList(from, to)) {
        records.add(Invocation.sqsRecord("r" + records.size(), NOW, body));
      }
      assertThat(Invocation.of(function, Map.of("Records", records)))
          .isEqualTo("{\"batchItemFailures\":[]}");
      from = to;
    }
  }

  private static Map<String, Object> message(String thing, Delivery delivery) {
    return Invocation.sqsRecord("m" + delivery.batch, NOW, body(thing, delivery));
  }

  private static String body(String thing, Delivery delivery) {
    var batch =
        TelemetryBatch.of(
            new TelemetryBatch.Identity(7, 0, 10L * delivery.batch),
            batches(thing).get(delivery.batch));
    return "{\"batch\":%s,\"thing\":\"%s\",\"receivedMs\":%d}"
        .formatted(new String(MessageCodec.encode(batch), UTF_8), thing, delivery.receivedMs);
  }

  /// One of a group that commands, and one of the device that looks at it.
  private void rule(String thing) {
    var members = new Members(cloud);
    members.group(thing);
    members.join(thing, thing, thing);
    var hot =
        new AlarmRule(
            thing + "-hot",
            new AlarmSubject.Group(thing),
            new AlarmCondition.Threshold("t", new AlarmBound(AlarmBound.Side.ABOVE, 30, 0, 0)),
            new AlarmRule.Reaction(thing, "fan", new ActuatorValue.Flag(true), 60_000));
    var any = new AlarmCondition.Composite(AlarmCondition.Of.ANY, List.of(hot.name()));
    for (var rule : List.of(hot, new AlarmRule(thing + "-any", thing, any, null))) {
      var json = Attributes.text(new String(MessageCodec.encode(rule), UTF_8));
      cloud
          .tables()
          .putItem(put ->
              put.tableName(cloud.fleetTable())
                  .item(FleetKeys.rule(rule.name()).with(Map.of("json", json))));
    }
  }

  private Effect effect(String thing) {
    var telemetry = new TreeMap<String, Map<String, AttributeValue>>();
    for (var item : cloud.items(cloud.telemetryTable())) {
      var pk = item.get("pk").s();
      if (pk.matches("[DLHY]#" + thing + "([:#].*)?")) {
        var rest = new TreeMap<>(item);
        rest.remove("pk");
        telemetry.put(pk.replace(thing, "gw") + item.get("sk").s(), rest);
      }
    }
    var ofThing =
        cloud.items(cloud.fleetTable()).stream()
            .filter(item -> item.get("pk").s().equals(FleetKeys.thing(thing)))
            .toList();
    var alarms =
        ofThing.stream()
            .filter(item -> item.get("sk").s().startsWith(FleetKeys.ALARM_PREFIX))
            .map(item ->
                "raised=%s since=%s last=%s value=%s owed=%s untold=%s"
                    .formatted(
                        item.get("raised").bool(),
                        item.get("sinceMs").n(),
                        item.get("lastMs").n(),
                        item.get("value").n(),
                        item.containsKey("owed"),
                        item.containsKey("untold")))
            .toList();
    var history =
        ofThing.stream()
            .filter(item -> item.get("sk").s().startsWith(FleetKeys.ALARM_LOG_PREFIX))
            .map(item -> item.get("sk").s().replace(thing, "gw") + " " + item.get("told").bool())
            .toList();
    // A notice may be told again by a function that ended before it noted that it had told it.
    var told = new TreeSet<String>();
    for (var notice : cloud.answered(PublishRequest.class)) {
      if (notice.subject().endsWith(" on " + thing)) {
        told.add(notice.message().replace(thing, "gw").replaceAll("\\s", ""));
      }
    }
    var commands =
        ofThing.stream()
            .filter(item -> item.get("sk").s().startsWith(FleetKeys.COMMAND_PREFIX))
            .map(item -> item.get("status").s())
            .toList();
    return new Effect(telemetry, alarms, history, told, commands);
  }
}
