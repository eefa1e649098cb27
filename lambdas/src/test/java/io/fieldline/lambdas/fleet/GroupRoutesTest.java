// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

@ExtendWith(SharedStack.class)
final class GroupRoutesTest {
  private static final long NOW = 1_764_042_000_000L;

  private final Cloud cloud;
  private final FleetHandler function;
  private final String prefix;

  GroupRoutesTest(Cloud cloud) {
    this.cloud = cloud;
    function = FleetFunction.on(cloud, Clock.systemUTC());
    prefix = cloud.named("groups") + "-";
  }

  private Invocation.Answer call(String route, Map<String, String> path, @Nullable Object body)
      throws IOException {
    return call(route, path, body, Map.of());
  }

  private Invocation.Answer call(
      String route, Map<String, String> path, @Nullable Object body, Map<String, String> headers)
      throws IOException {
    var text = body == null ? null : new String(JsonObject.write(body), StandardCharsets.UTF_8);
    return Invocation.api(function, route, path, Map.of(), "[admin]", text, headers);
  }

  private Invocation.Answer group(String group) throws IOException {
    return call("PUT /groups/{group}", Map.of("group", group), Map.of());
  }

  private Invocation.Answer join(String group, String device) throws IOException {
    return call(
        "PUT /groups/{group}/devices/{device}", Map.of("group", group, "device", device), null);
  }

  private Invocation.Answer leave(String group, String device) throws IOException {
    return call(
        "DELETE /groups/{group}/devices/{device}", Map.of("group", group, "device", device), null);
  }

  private Invocation.Answer type(String device, String type) throws IOException {
    return call("PUT /devices/{device}/type", Map.of("device", device), Map.of("type", type));
  }

  private String work(String body) throws IOException {
    return Invocation.of(
        function, Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body))));
  }

  /// A thing that was heard, named so that no other test has it.
  private String thing(String name) {
    var thing = cloud.named(name);
    cloud.iot().createThing(create -> create.thingName(thing));
    heard(thing, thing);
    return thing;
  }

  private void heard(String device, String thing) {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard(device, thing, NOW);
  }

  private List<String> things(String group) {
    return cloud.iot().listThingsInThingGroup(list -> list.thingGroupName(prefix + group)).things();
  }

  /// What all items say of who is in what: of the devices, of the partitions, and the numbers. They
  /// say the same, or this fails.
  private Map<String, TreeSet<String>> members(Grouping grouping) {
    var byDevice = new HashMap<String, TreeSet<String>>();
    var byPartition = new HashMap<String, TreeSet<String>>();
    var numbers = new HashMap<String, Long>();
    var prefix = grouping == Grouping.GROUP ? "GROUP#" : "TYPE#";
    for (var item : cloud.items(cloud.fleetTable())) {
      var pk = item.get("pk").s();
      var sk = item.get("sk").s();
      if (pk.equals(FleetKeys.DEVICES)) {
        var names =
            grouping == Grouping.GROUP
                ? Grouping.groups(item)
                : Grouping.type(item).stream().toList();
        names.forEach(name -> byDevice.computeIfAbsent(name, _ -> new TreeSet<>()).add(sk));
      } else if (pk.startsWith(prefix)) {
        byPartition.computeIfAbsent(pk.substring(prefix.length()), _ -> new TreeSet<>()).add(sk);
      } else if (pk.equals(grouping.partition()) && !item.get("devices").n().equals("0")) {
        numbers.put(sk, Long.valueOf(item.get("devices").n()));
      }
    }
    assertThat(byPartition).isEqualTo(byDevice);
    assertThat(numbers.keySet()).isEqualTo(byDevice.keySet());
    byDevice.forEach((name, devices) -> assertThat(numbers.get(name)).isEqualTo(devices.size()));
    return byDevice;
  }

  @Test
  void devicesComeIntoGroupsAndLeaveThemHereAndInAwsIot() throws IOException {
    var gateway = thing("gw");
    var child = gateway + ":child";
    heard(child, gateway);
    assertThat(group("shed").body().members())
        .containsEntry("group", "shed")
        .containsEntry("devices", 0L)
        .containsEntry("by", "ada");
    group("north");

    assertThat(join("shed", gateway).body().members()).containsEntry("added", 1L);
    assertThat(join("shed", gateway).body().members()).containsEntry("unchanged", 1L);
    join("shed", child);
    join("north", child);

    assertThat(members(Grouping.GROUP))
        .isEqualTo(
            Map.of(
                "shed", new TreeSet<>(List.of(gateway, child)),
                "north", new TreeSet<>(List.of(child))));
    assertThat(things("shed")).as("no thing behind it").containsExactly(gateway);
    assertThat(group("shed").body().members()).containsEntry("devices", 2L);

    assertThat(leave("shed", gateway).body().members()).containsEntry("removed", 1L);
    assertThat(leave("shed", gateway).body().members()).containsEntry("unchanged", 1L);
    assertThat(members(Grouping.GROUP).get("shed")).containsExactly(child);
    assertThat(things("shed")).isEmpty();
  }

  /// By the queue of the function that writes them their rules.
  @Test
  void agentsWhoseDevicesAreInOtherGroupsAreToldOfIt() throws IOException {
    var gateway = thing("told");
    var child = gateway + ":child";
    heard(child, gateway);
    group("told");
    cloud.toldToMirrors();
    var told = "{\"mirror\":{\"things\":[\"" + gateway + "\"]}}";

    join("told", child);
    assertThat(cloud.toldToMirrors()).containsExactly(told);
    type(child, "probe");
    assertThat(cloud.toldToMirrors()).containsExactly(told);
    join("told", gateway);
    assertThat(cloud.toldToMirrors()).containsExactly(told);
    leave("told", gateway);
    assertThat(cloud.toldToMirrors()).containsExactly(told);

    call("DELETE /groups/{group}", Map.of("group", "told"), null);
    work("{\"group\":\"told\"}");
    assertThat(members(Grouping.GROUP)).isEmpty();
    assertThat(cloud.answered(SendMessageRequest.class).getLast())
        .as("when its devices have left")
        .isEqualTo(
            SendMessageRequest.builder()
                .queueUrl(cloud.mirrorQueueUrl())
                .messageBody(told)
                .delaySeconds(60)
                .build());
  }

  @Test
  void whoWasChangedBeforeSomethingFailedIsToldOf() throws IOException {
    var first = thing("first");
    var second = thing("second");
    group("half");
    cloud.forbid(
        """
        {"Effect":"Deny","Action":"iot:AddThingToThingGroup",
         "Resource":"arn:aws:iot:us-east-1:000000000000:thing/%s"}
        """
            .formatted(second));
    var both = Map.of("add", List.of(first, second));

    var answer = call("POST /groups/{group}/devices", Map.of("group", "half"), both);

    assertThat(answer.status()).isGreaterThanOrEqualTo(500);
    assertThat(members(Grouping.GROUP).get("half")).containsExactly(first, second);
    assertThat(cloud.toldToMirrors())
        .containsExactly("{\"mirror\":{\"things\":[\"" + first + "\",\"" + second + "\"]}}");
  }

  @Test
  void aDeviceIsOfOneTypeAndMayBeOfAnother() throws IOException {
    heard("t1", "t1");
    heard("t2", "t2");

    assertThat(type("t1", "boiler").body().members()).containsEntry("type", "boiler");
    type("t2", "boiler");
    assertThat(members(Grouping.TYPE))
        .isEqualTo(Map.of("boiler", new TreeSet<>(List.of("t1", "t2"))));

    type("t2", "pump");
    type("t1", "");
    type("t1", "");
    assertThat(members(Grouping.TYPE)).isEqualTo(Map.of("pump", new TreeSet<>(List.of("t2"))));
    assertThat(type("none", "pump").status()).isEqualTo(404);
    assertThat(type("t1", "a pump").body().text("detail"))
        .isEqualTo("type: expected 1 to 64 letters, digits, '_' or '-', or none, got 'a pump'");
  }

  @Test
  void manyComeAndGoAtOnceAndNoneWhereOneIsNotThere() throws IOException {
    var devices = IntStream.range(0, 30).mapToObj("m%02d"::formatted).toList();
    devices.forEach(device -> heard(device, device));
    group("many");
    var path = Map.of("group", "many");

    var missing =
        call("POST /groups/{group}/devices", path, Map.of("add", List.of("m00", "nobody")));
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.body().text("detail"))
        .isEqualTo("nothing was done: 1 of 2 devices were never heard or provisioned: nobody");
    assertThat(members(Grouping.GROUP)).isEmpty();

    var all = call("POST /groups/{group}/devices", path, Map.of("add", devices));
    assertThat(all.body().members()).containsEntry("added", 30L);
    var some =
        call(
            "POST /groups/{group}/devices",
            path,
            Map.of("add", List.of("m00"), "remove", List.of("m01", "m02")));
    assertThat(some.body().members())
        .containsEntry("added", 0L)
        .containsEntry("removed", 2L)
        .containsEntry("unchanged", 1L);
    assertThat(members(Grouping.GROUP).get("many")).hasSize(28);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|body: expected 1 to 100 devices in add and remove, got 0",
        "{\"add\":\"m\"}|body: /add: expected a list of devices' names, got m",
        "{\"add\":[1]}|body: /add: expected a list of devices' names, got [1]",
        "{\"add\":[\"\"]}|body: /add: expected a list of devices' names, got []",
        "{\"add\":[\"a\"],\"remove\":[\"a\"]}|body: expected each device once, got 'a' again",
        "{\"devices\":[]}|body: expected add and remove, got 'devices'",
        "[]|body: "
      })
  void aListThatCannotBeIsRefused(String body, String told) throws IOException {
    group("wrong");
    var answer =
        Invocation.api(
            function,
            "POST /groups/{group}/devices",
            Map.of("group", "wrong"),
            Map.of(),
            "[admin]",
            body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail")).startsWith(told);
  }

  @Test
  void whatIsNotThereIsTold() throws IOException {
    heard("d", "d");
    group("there");

    assertThat(join("none", "d").body().text("detail")).isEqualTo("no group 'none'");
    assertThat(join("there", "nobody").status()).isEqualTo(404);
    assertThat(leave("there", "nobody").status()).isEqualTo(404);
    assertThat(group("a b").body().text("detail"))
        .isEqualTo("group: expected 1 to 64 letters, digits, '_' or '-', got 'a b'");
    assertThat(
            call("PUT /groups/{group}", Map.of("group", "there"), Map.of("descr", "x"))
                .body()
                .text("detail"))
        .isEqualTo("body: expected description, got 'descr'");
    assertThat(
            call(
                    "PUT /groups/{group}",
                    Map.of("group", "there"),
                    Map.of("description", "x".repeat(501)))
                .body()
                .text("detail"))
        .isEqualTo("description: expected at most 500 characters, got 501");
    assertThat(call("DELETE /groups/{group}", Map.of("group", "none"), null).status())
        .isEqualTo(404);
  }

  @Test
  void aDeviceIsInTenGroupsAtTheMost() throws IOException {
    heard("full", "full");
    for (int i = 0; i <= 10; i++) {
      group("g" + i);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(join("g" + i, "full").status()).isEqualTo(200);
    }

    var answer = join("g10", "full");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body().text("detail"))
        .startsWith("full: expected a device in fewer than 10 groups, got one in [g0, g1");
  }

  @Test
  void ofManyWhoReadTheSameGroupOneChangesIt() throws IOException {
    var path = Map.of("group", "shared");
    var made =
        call(
            "PUT /groups/{group}",
            path,
            Map.of("description", "first"),
            Map.of("if-none-match", "*"));
    var tag = made.headers().text("etag");
    heard("d", "d");
    join("shared", "d");

    var second =
        call("PUT /groups/{group}", path, Map.of("description", "second"), Map.of("if-match", tag));
    var third =
        call("PUT /groups/{group}", path, Map.of("description", "third"), Map.of("if-match", tag));

    assertThat(second.body().members())
        .containsEntry("description", "second")
        .containsEntry("devices", 1L);
    assertThat(third.status()).isEqualTo(412);
    assertThat(call("PUT /groups/{group}", path, Map.of(), Map.of("if-none-match", "*")).status())
        .isEqualTo(412);
    assertThat(call("DELETE /groups/{group}", path, null, Map.of("if-match", tag)).status())
        .isEqualTo(412);
  }

  @Test
  void aGroupGoesWithItsMembershipsAndNobodyComesIntoItMeanwhile() throws IOException {
    var gone = thing("gone");
    var late = thing("late");
    group("old");
    group("other");
    join("old", gone);
    join("other", gone);

    assertThat(call("DELETE /groups/{group}", Map.of("group", "old"), null).status())
        .isEqualTo(202);
    assertThat(join("old", late).status()).isEqualTo(404);
    assertThat(group("old").body().text("detail")).contains("got one that is being deleted");
    assertThat(cloud.messages()).containsExactly("{\"group\":\"old\"}");
    assertThat(work("{\"group\":\"old\"}")).isEqualTo("{\"batchItemFailures\":[]}");

    assertThat(members(Grouping.GROUP)).containsOnlyKeys("other");
    assertThat(cloud.iot().listThingGroupsForThing(list -> list.thingName(gone)).thingGroups())
        .extracting(group -> group.groupName())
        .containsExactly(prefix + "other");
    assertThat(group("old").body().members()).containsEntry("devices", 0L);
    work("{\"group\":\"old\"}");
    assertThat(group("old").status()).as("the new one stays").isEqualTo(200);
  }

  /// What the items say agrees wherever it ends, and asking again finishes it.
  @Test
  void endsAnywhereAndGoesOn() throws IOException {
    var device = thing("crash");
    group("crash");
    group("leave");
    join("leave", device);
    int ended = 0;
    for (int edge = 1; edge < 40; edge += 2) {
      cloud.endAt(edge);
      try {
        call(
            "POST /groups/{group}/devices",
            Map.of("group", "crash"),
            Map.of("add", List.of(device)));
        type(device, "boiler");
        leave("leave", device);
      } catch (Cloud.Ended anywhere) {
        ended++;
      } finally {
        cloud.endAt(0);
      }
      members(Grouping.GROUP);
      members(Grouping.TYPE);
      if (edge % 4 == 1) {
        leave("crash", device);
        type(device, "");
        join("leave", device);
      }
    }
    join("crash", device);
    leave("leave", device);

    assertThat(ended).isGreaterThan(10);
    assertThat(members(Grouping.GROUP)).containsOnlyKeys("crash");
    assertThat(things("crash")).containsExactly(device);
    assertThat(things("leave")).isEmpty();
  }

  /// The number is as right as if one came after the other.
  @Test
  void manyAtTheSameTimeAreAllCounted() throws Exception {
    group("busy");
    var devices = IntStream.range(0, 40).mapToObj("b%02d"::formatted).toList();
    devices.forEach(device -> heard(device, device));
    try (var threads = Executors.newFixedThreadPool(4)) {
      var joined =
          devices.stream()
              .map(device -> threads.submit((Callable<Integer>) () -> asked("busy", device)))
              .toList();
      for (var one : joined) {
        assertThat(one.get()).isEqualTo(200);
      }
    }

    assertThat(members(Grouping.GROUP).get("busy")).hasSize(40);
  }

  /// Who comes too often at the same time is told to ask again.
  private int asked(String group, String device) throws IOException {
    while (true) {
      int status = join(group, device).status();
      if (status != 409) {
        return status;
      }
    }
  }

  @Test
  void whatWasProvisionedIsPutWhereTheListSays() throws IOException {
    group("shed");
    var serial = cloud.named("SN");
    var csv = "serial,type,groups\n" + serial + ",boiler,shed shed\nother,,\n";
    assertThat(call("POST /serials", Map.of(), Map.of("csv", csv)).body().members())
        .containsEntry("added", 2L);
    admitted(serial);
    work("{\"provisioned\":\"" + serial + "\",\"look\":1}");
    assertThat(members(Grouping.GROUP)).as("AWS IoT has not made it").isEmpty();
    work("{\"provisioned\":\"" + serial + "\",\"look\":5}");
    var told = cloud.answered(SendMessageRequest.class);
    assertThat(told).as("looked for again, not for ever").hasSize(1);
    assertThat(told.getFirst().messageBody()).contains("\"look\":2");
    assertThat(told.getFirst().delaySeconds()).isEqualTo(60);
    cloud.iot().createThing(create -> create.thingName(serial));

    work("{\"provisioned\":\"" + serial + "\",\"look\":1}");

    assertThat(members(Grouping.GROUP)).isEqualTo(Map.of("shed", new TreeSet<>(List.of(serial))));
    assertThat(members(Grouping.TYPE)).containsOnlyKeys("boiler");
    assertThat(things("shed")).containsExactly(serial);
    assertThat(call("GET /serials", Map.of(), null).body().objects("serials"))
        .anySatisfy(one -> assertThat(one.members()).containsEntry("groups", List.of("shed")));

    leave("shed", serial);
    work("{\"provisioned\":\"" + serial + "\",\"look\":1}");
    assertThat(members(Grouping.GROUP)).as("what people have changed since stays").isEmpty();
  }

  private void admitted(String serial) {
    cloud
        .tables()
        .updateItem(update ->
            update
                .tableName(cloud.fleetTable())
                .key(FleetKeys.serial(serial).attributes())
                .updateExpression("SET admittedMs = :ms")
                .expressionAttributeValues(Map.of(":ms", Attributes.number(NOW))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'serial,groups~A1,none'|line 2: column groups: expected groups that there are, got 'none'",
        "'serial,groups~A1,a+b'|line 2: column groups: expected groups that there are, got 'a+b'",
        "'type,serial~a b,A1'|line 2: column type: expected 1 to 64 letters, digits, '_' or '-', got 'a b'",
        "'serial,groups~A1,1 2 3 4 5 6 7 8 9 10 11'|line 2: column groups: expected at most 10, got 11",
        "'serial,serial~A1,A1'|line 1: expected the header 'serial', and 'type' and 'groups' if you like",
        "'type~a'|line 1: expected the header 'serial'",
      })
  void aTableWithAMistakeIsNotTaken(String csv, String told) throws IOException {
    var answer = call("POST /serials", Map.of(), Map.of("csv", csv.replace('~', '\n')));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail")).contains(told);
  }
}
