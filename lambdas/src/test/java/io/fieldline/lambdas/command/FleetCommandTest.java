// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.outcome.OutcomeHandler;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One command to many devices, from the request to what became of it on each.
@ExtendWith(SharedStack.class)
final class FleetCommandTest {
  private static final long NOW = CommandFunction.NOW;

  private final Cloud cloud;
  private final CommandHandler function;

  FleetCommandTest(Cloud cloud) {
    this.cloud = cloud;
    function = CommandFunction.on(cloud);
  }

  private List<String> devices(int count) {
    return IntStream.range(0, count).mapToObj(i -> device("d%02d".formatted(i))).toList();
  }

  private String device(String name) {
    var device = cloud.named(name);
    heard(device, device);
    return device;
  }

  private void heard(String device, String thing) {
    put(FleetKeys.device(device).with(Map.of("thing", Attributes.text(thing))));
  }

  private void put(Map<String, AttributeValue> item) {
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private Invocation.Answer call(
      String route, Map<String, String> path, Map<String, String> query, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, path, query, "[operator]", body);
  }

  private static String fanOf(List<String> devices) {
    return "{\"actuator\":\"fan\",\"value\":true,\"devices\":[\"%s\"]}"
        .formatted(String.join("\",\"", devices));
  }

  private Invocation.Answer send(String body) throws IOException {
    return call("POST /commands", Map.of(), Map.of(), body);
  }

  private Invocation.Answer send(String body, String key) throws IOException {
    var headers = Map.of("idempotency-key", key);
    return Invocation.api(
        function, "POST /commands", Map.of(), Map.of(), "[operator]", body, headers);
  }

  private String sent(List<String> devices) throws IOException {
    var answer = send(fanOf(devices));
    assertThat(answer.status()).as(answer.body().members().toString()).isEqualTo(202);
    return answer.body().text("id");
  }

  private JsonObject state(String id) throws IOException {
    return call("GET /commands/{command}", Map.of("command", id), Map.of(), null).body();
  }

  /// Each device with its status and what is said of it.
  private Map<String, String> states(String id, String status) throws IOException {
    var all = new TreeMap<String, String>();
    var query = new HashMap<>(Map.of("limit", "7"));
    if (!status.isEmpty()) {
      query.put("status", status);
    }
    while (true) {
      var body = call("GET /commands/{command}/devices", Map.of("command", id), query, null).body();
      for (var one : body.objects("devices")) {
        var detail = one.optionalText("detail").map(text -> " " + text).orElse("");
        assertThat(all.put(one.text("device"), one.text("status") + detail)).isNull();
      }
      if (!body.has("cursor")) {
        return all;
      }
      query.put("cursor", body.text("cursor"));
    }
  }

  /// The queue's messages, taken as Lambda does, until there are none.
  ///
  /// @return how many parts failed
  private int work(CommandHandler by) throws IOException {
    int failed = 0;
    while (true) {
      var received =
          cloud
              .queues()
              .receiveMessage(
                  r -> r.queueUrl(cloud.queueUrl()).maxNumberOfMessages(10).visibilityTimeout(0))
              .messages();
      if (received.isEmpty()) {
        return failed;
      }
      for (var message : received) {
        var record = Invocation.sqsRecord(message.messageId(), NOW, message.body());
        var answer = JsonObject.parse(Invocation.of(by, Map.of("Records", List.of(record))));
        if (answer.objects("batchItemFailures").isEmpty()) {
          cloud
              .queues()
              .deleteMessage(
                  d -> d.queueUrl(cloud.queueUrl()).receiptHandle(message.receiptHandle()));
        } else {
          failed++;
          return failed;
        }
      }
    }
  }

  private void report(String thing, String id, String status, String detail) throws IOException {
    var outcomes = new OutcomeHandler(Functions.environment(cloud), cloud.tables());
    var outcome =
        Map.<String, Object>of(
            "id",
            id,
            "value",
            true,
            "expiresAtMs",
            NOW + 60_000,
            "status",
            status,
            "atMs",
            NOW + 5,
            "detail",
            detail);
    Invocation.of(
        outcomes,
        Map.of("thing", thing, "receivedMs", NOW + 6, "reported", Map.of("fan", outcome)));
  }

  @Test
  void ofFiftyDevicesOneFailsAndTheOthersDoIt() throws IOException {
    var devices = devices(50);
    var full = devices.get(20);
    // So full that it takes no more: AWS IoT's limit is 8 KB.
    cloud.document(
        full, "commands", "{\"state\":{\"desired\":{\"x\":\"" + "x".repeat(8_150) + "\"}}}");
    int before = cloud.updates().size();

    var id = sent(devices);

    assertThat(state(id).object("counts").whole("pending")).isEqualTo(50);
    assertThat(work(function)).isZero();
    assertThat(cloud.updates()).hasSize(before + 49).doesNotHaveDuplicates();
    for (var device : devices) {
      if (!device.equals(full)) {
        boolean fails = device.equals(devices.get(3));
        report(device, id, fails ? "FAILED" : "SUCCEEDED", fails ? "stuck" : "done");
      }
    }

    assertThat(state(id).members()).containsEntry("by", "ada").containsEntry("targets", 50L);
    assertThat(state(id).object("counts").members())
        .containsEntry("succeeded", 48L)
        .containsEntry("failed", 2L)
        .containsEntry("pending", 0L);
    assertThat(states(id, "FAILED"))
        .containsEntry(devices.get(3), "FAILED stuck")
        .containsEntry(full, "FAILED could not be written into the shadow")
        .hasSize(2);
    assertThat(states(id, "")).hasSize(50);
    // Over for all: nobody counts again, and lists know it.
    var listed = call("GET /commands", Map.of(), Map.of(), null).body().objects("commands");
    assertThat(listed).hasSize(1);
    assertThat(listed.getFirst().object("counts").whole("succeeded")).isEqualTo(48);
  }

  /// Wherever the function ends: what the queue brings again is finished, and nobody is commanded
  /// twice.
  @Test
  void itGoesOnWhereverTheFunctionEndedAndCommandsNobodyTwice() throws IOException {
    var devices = devices(28);
    var id = sent(devices);
    int ended = 0;
    for (int edge = 1; edge < 170; edge += 21) {
      cloud.endAt(edge);
      try {
        work(function);
      } catch (Cloud.Ended anywhere) {
        ended++;
      }
      cloud.endAt(0);
    }
    work(function);

    assertThat(ended).isGreaterThan(5);
    for (var device : devices) {
      var commands =
          cloud.items(cloud.fleetTable()).stream()
              .filter(item -> item.get("pk").s().equals("T#" + device))
              .filter(item -> item.get("sk").s().startsWith(FleetKeys.COMMAND_PREFIX))
              .toList();
      assertThat(commands)
          .singleElement()
          .satisfies(one -> {
            assertThat(Attributes.text(one, "id")).hasValue(id);
            assertThat(Attributes.text(one, "status")).hasValue("PENDING");
          });
      assertThat(cloud.updates())
          .filteredOn(update -> update.startsWith(device + "/"))
          .isNotEmpty()
          .allSatisfy(update -> assertThat(update).contains(id));
    }
    assertThat(state(id).object("counts").whole("pending")).isEqualTo(28);
  }

  @Test
  void aRequestThatNobodyAnsweredIsOneCommandWhenItIsSentAgain() throws IOException {
    var devices = devices(1);
    for (int edge = 1; edge <= 16; edge++) {
      var key = "key-" + edge;
      cloud.endAt(edge);
      try {
        send(fanOf(devices), key);
      } catch (Cloud.Ended anywhere) {
        // Asked again below.
      }
      cloud.endAt(0);
      var id = send(fanOf(devices), key).body().text("id");
      assertThat(send(fanOf(devices), key).body().text("id")).isEqualTo(id);
      work(function);
      assertThat(call("GET /commands", Map.of(), Map.of(), null).body().objects("commands"))
          .as("edge %d", edge)
          .hasSize(edge);
      assertThat(states(id, "PENDING").size() + states(id, "SUPERSEDED").size()).isEqualTo(1);
    }
  }

  /// The queue's order is none: who was asked later stays in force.
  @Test
  void aPartThatComesLateSupersedesNothingThatWasAskedForLater() throws IOException {
    var devices = devices(2);
    var id = sent(devices);
    var later = FleetKeys.commandId(NOW + 1, "later");
    var newest = Map.of("id", Attributes.text(later), "atMs", Attributes.number(NOW + 1));
    put(FleetKeys.newest(devices.get(0), "fan").with(newest));

    work(function);

    assertThat(states(id, ""))
        .containsEntry(devices.get(0), "SUPERSEDED by " + later)
        .containsEntry(devices.get(1), "PENDING");
    assertThat(cloud.updates()).singleElement().asString().startsWith(devices.get(1) + "/");
  }

  /// As they are when it is given: whoever is in several of them gets it once.
  @Test
  void groupsAreTheirDevices() throws IOException {
    var devices = devices(4);
    for (var group : List.of("cellar", "shed")) {
      put(Grouping.GROUP.key(group).with(Map.of("devices", Attributes.number(3))));
    }
    for (int i = 0; i < 3; i++) {
      member("cellar", devices.get(i));
      member("shed", devices.get(i + 1));
    }
    var answer =
        send(
            "{\"actuator\":\"fan\",\"value\":true,\"groups\":[\"cellar\",\"shed\"],\"devices\":[\"%s\"]}"
                .formatted(devices.get(0)));

    assertThat(answer.body().members())
        .containsEntry("groups", List.of("cellar", "shed"))
        .containsEntry("targets", 4L);
    work(function);
    assertThat(states(answer.body().text("id"), "PENDING").keySet())
        .containsExactlyElementsOf(devices);
    assertThat(cloud.updates()).hasSize(4);
  }

  private void member(String group, String device) {
    put(Grouping.GROUP.member(group, device).with(Map.of("thing", Attributes.text(device))));
  }

  @Test
  void whoIsBehindAGatewayIsCommandedByItOnceAndWhoWasDeletedIsNot() throws IOException {
    var gateway = device("gw");
    heard(gateway + ":a", gateway);
    heard(gateway + ":b", gateway);
    var gone = device("gone");
    var id = sent(List.of(gateway + ":a", gateway + ":b", gone));
    put(FleetKeys.deletion(gone).with(Map.of("by", Attributes.text("ada"))));

    work(function);

    assertThat(states(id, ""))
        .containsExactly(Map.entry(gone, "FAILED it was deleted"), Map.entry(gateway, "PENDING"));
    assertThat(cloud.updates()).hasSize(1);
  }

  /// Told twice, as EventBridge Scheduler may, by a queue that may tell twice, too.
  @Test
  void aRunOfAScheduleIsOneCommandHoweverOftenItIsTold() throws IOException {
    var devices = devices(2);
    var run =
        """
        {"schedule":"morning","dueAt":"2025-11-25T03:40:00Z","actuator":"fan","value":true,
         "validForMs":5000,"devices":["%s","%s","never-heard"],"groups":[]}
        """
            .formatted(devices.get(0), devices.get(1));
    for (int i = 0; i < 2; i++) {
      cloud.queues().sendMessage(send -> send.queueUrl(cloud.queueUrl()).messageBody(run));
    }

    assertThat(work(function)).isZero();

    var runs =
        call("GET /schedules/{schedule}/runs", Map.of("schedule", "morning"), Map.of(), null)
            .body()
            .objects("commands");
    assertThat(runs).hasSize(1);
    assertThat(runs.getFirst().members())
        .containsEntry("schedule", "morning")
        .containsEntry("by", "schedule:morning")
        .containsEntry("atMs", NOW)
        .containsEntry("expiresAtMs", NOW + 65_000);
    assertThat(states(runs.getFirst().text("id"), ""))
        .containsEntry(devices.get(0), "PENDING")
        .containsEntry("never-heard", "FAILED no such device");
    for (var device : devices) {
      assertThat(
              cloud.items(cloud.fleetTable()).stream()
                  .filter(item -> item.get("pk").s().equals("T#" + device))
                  .filter(item -> item.get("sk").s().startsWith(FleetKeys.COMMAND_PREFIX)))
          .hasSize(1);
    }
    var other = Map.of("schedule", "evening");
    assertThat(
            call("GET /schedules/{schedule}/runs", other, Map.of(), null)
                .body()
                .objects("commands"))
        .isEmpty();
  }

  @Test
  void whatCouldNotBeGivenInTimeIsNotGivenAndExpires() throws IOException {
    var devices = devices(2);
    var id = sent(devices);

    work(CommandFunction.on(cloud, NOW + 60_000));

    assertThat(cloud.updates()).isEmpty();
    assertThat(states(id, "PENDING")).hasSize(2);
    // Requests of tests come all at the same time: one that was asked for before is over by now.
    var before =
        new FleetCommandStates(
            new FleetCommands(cloud.tables(), cloud.fleetTable(), Duration.ofDays(1)));
    var item =
        cloud.items(cloud.fleetTable()).stream()
            .filter(one -> one.get("pk").s().equals(FleetKeys.FLEET_COMMANDS))
            .findFirst()
            .orElseThrow();
    assertThat(before.counts(item, NOW + 60_000)).containsEntry("expired", 2);
    assertThat(state(id).object("counts").whole("expired")).isEqualTo(2);
  }

  @Test
  void aMissingPermissionIsTriedAgainAndThenDone() throws IOException {
    var devices = devices(2);
    var id = sent(devices);
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:UpdateThingShadow\",\"Resource\":\"*\"}");
    assertThat(work(function)).isEqualTo(1);
    cloud.allowAgain();

    assertThat(work(function)).isZero();

    assertThat(states(id, "PENDING")).hasSize(2);
    assertThat(cloud.updates()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"actuator\":\"fan\",\"value\":true}|400|devices, groups: expected at least one",
        "{\"actuator\":\"fan\",\"value\":true,\"devices\":\"D\"}|400|/devices: expected an array of texts, got D",
        "{\"actuator\":\"fan\",\"value\":true,\"devices\":[1]}|400|/devices/0: expected a text, got 1",
        "{\"actuator\":\"fan\",\"value\":true,\"devices\":[\"x\",\"y\"]}|404|no device 'x', 'y' was ever heard",
        "{\"actuator\":\"fan\",\"value\":true,\"device\":\"x\"}|400|/device: not known; known: devices, groups",
        "{\"actuator\":\"fan\",\"value\":true,\"groups\":[\"none\"]}|404|no group 'none'",
        "{\"actuator\":\"f n\",\"value\":true,\"devices\":[\"x\"]}|400|actuator: expected 1 to 128 letters",
        "{\"actuator\":\"fan\",\"devices\":[\"x\"]}|400|value: expected true, false, a number",
        "{\"actuator\":\"fan\",\"value\":1,\"validForMs\":5,\"devices\":[\"x\"]}|400|validForMs: expected 1000 to",
      })
  void whatMakesNoSenseIsRefusedAndCommandsNobody(String body, int status, String told)
      throws IOException {
    var answer = send(body);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().text("detail")).contains(told);
    assertThat(work(function)).isZero();
    assertThat(cloud.updates()).isEmpty();
    assertThat(call("GET /commands", Map.of(), Map.of(), null).body().objects("commands"))
        .isEmpty();
  }

  @Test
  void moreThanAThousandAreRefusedAndWhatIsNoneIsNotFound() throws IOException {
    var many = new ArrayList<String>();
    IntStream.rangeClosed(0, 1_000).forEach(i -> many.add("m" + i));
    assertThat(send(fanOf(many)).body().text("detail")).contains("expected at most 1000, got 1001");
    var path = Map.of("command", "none");
    assertThat(call("GET /commands/{command}", path, Map.of(), null).status()).isEqualTo(404);
    var id = sent(devices(1));
    var answer =
        call(
            "GET /commands/{command}/devices",
            Map.of("command", id),
            Map.of("status", "DONE"),
            null);
    assertThat(answer.body().text("detail")).contains("status: expected one of");
  }
}
