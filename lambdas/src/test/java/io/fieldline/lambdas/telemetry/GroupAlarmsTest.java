// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.Members;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

/// Rules about groups and types: each device is judged by itself.
@ExtendWith(SharedStack.class)
final class GroupAlarmsTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final String HOT =
      """
      {"name": "hot", "group": "shed", "sensor": "t", "side": "ABOVE", "threshold": 30, "command":
       {"thing": "siren", "actuator": "horn", "value": true, "validForMs": 60000}}
      """;

  private final Cloud cloud;
  private final Members members;
  private TelemetryHandler function;
  private int sent;

  GroupAlarmsTest(Cloud cloud) {
    this.cloud = cloud;
    members = new Members(cloud);
    members.group("shed");
    function = Functions.telemetry(cloud, NOW);
  }

  private void rule(String name, String json) {
    var item = FleetKeys.rule(name).with(Map.of("json", Attributes.text(json)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  /// What rules and groups were read before is old.
  private void later(long seconds) {
    function = Functions.telemetry(cloud, NOW + seconds * 1000);
  }

  private void deliver(String device, String thing, long atMs, double value) throws IOException {
    var identity = new TelemetryBatch.Identity(7, 0, 100L * sent++);
    var reading = new Reading(device, "t", "", atMs, value);
    var batch = MessageCodec.encode(TelemetryBatch.of(identity, List.of(reading)));
    var body =
        "{\"batch\":%s,\"thing\":\"%s\",\"receivedMs\":%d}"
            .formatted(new String(batch, UTF_8), thing, atMs);
    var event = Map.of("Records", List.of(Invocation.sqsRecord("m", atMs, body)));
    assertThat(Invocation.of(function, event)).isEqualTo("{\"batchItemFailures\":[]}");
  }

  private void deliver(String device, long atMs, double value) throws IOException {
    deliver(device, device, atMs, value);
  }

  private List<String> standing() {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("pk").s().equals(FleetKeys.ALARMS))
        .map(item -> item.get("sk").s())
        .toList();
  }

  @Test
  void eachDeviceOfAGroupHasAnAlarmOfItsOwn() throws IOException {
    rule("hot", HOT);
    members.join("shed", "gw", "gw");
    members.join("shed", "gw:a", "gw");
    members.join("shed", "gw:b", "gw");
    for (var device : List.of("gw", "gw:a", "gw:b", "gw:c")) {
      deliver(device, "gw", NOW, 31);
    }

    assertThat(standing()).containsExactly("gw#hot", "gw:a#hot", "gw:b#hot");
    assertThat(cloud.updates()).as("each commands").hasSize(3);
    deliver("gw:a", "gw", NOW + 1, 20);
    deliver("gw:b", "gw", NOW + 1, 32);
    assertThat(standing()).containsExactly("gw#hot", "gw:b#hot");
  }

  /// What is behind a gateway has its name before its actuator's there.
  @Test
  void aRuleOfAGroupCommandsEachDeviceItself() throws IOException {
    rule("hot", HOT.replace("siren", "@device"));
    members.join("shed", "gw", "gw");
    members.join("shed", "gw:a", "gw");
    members.join("shed", "other", "other");
    deliver("gw", "gw", NOW, 31);
    deliver("gw:a", "gw", NOW, 31);
    deliver("other", NOW, 31);

    assertThat(cloud.updates())
        .extracting(
            update -> update.replaceAll("\\{\"state\":\\{\"desired\":\\{\"([^\"]+)\".*", "$1"))
        .containsExactly("gw/commands horn", "gw/commands a:horn", "other/commands horn");
  }

  @Test
  void anActuatorMayBeNamedAsItsGatewayCallsIt() throws IOException {
    rule("hot", HOT.replace("siren", "@device").replace("horn", "a:horn"));
    members.join("shed", "gw:a", "gw");
    deliver("gw:a", "gw", NOW, 31);

    assertThat(cloud.updates()).singleElement().asString().contains("{\"a:horn\":");
  }

  @Test
  void whoComesLaterIsJudgedFromThenOnAndWhoLeavesIsNotAnyMore() throws IOException {
    rule("hot", HOT);
    members.join("shed", "goes", "goes");
    deliver("comes", NOW, 31);
    deliver("goes", NOW, 20);
    assertThat(standing()).isEmpty();
    members.join("shed", "comes", "comes");
    members.leave("shed", "goes");

    later(31);
    deliver("comes", NOW + 31_000, 32);
    deliver("goes", NOW + 31_000, 40);

    assertThat(standing()).containsExactly("comes#hot");
  }

  @Test
  void aRuleOfATypeIsOfTheDevicesOfThatType() throws IOException {
    rule("hot", HOT.replace("\"group\": \"shed\"", "\"type\": \"boiler\""));
    members.type("boiler", "b1", "b1");
    members.type("pump", "p1", "p1");

    deliver("b1", NOW, 31);
    deliver("p1", NOW, 31);

    assertThat(standing()).containsExactly("b1#hot");
  }

  /// A composite looks at what its parts have come to on the same device.
  @Test
  void aCompositeOfAGroupIsComposedOnEachDevice() throws IOException {
    rule("hot", HOT.replaceAll(", \"command\"(?s:.*)", "}"));
    rule(
        "d1-warm",
        "{\"name\":\"d1-warm\",\"device\":\"d1\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":1}");
    rule(
        "both",
        "{\"name\":\"both\",\"group\":\"shed\",\"kind\":\"COMPOSITE\",\"of\":\"ALL\",\"rules\":[\"hot\",\"d1-warm\"]}");
    members.join("shed", "d1", "d1");
    members.join("shed", "d2", "d2");

    deliver("d1", NOW, 31);
    deliver("d2", NOW, 31);

    assertThat(standing()).containsExactly("d1#both", "d1#d1-warm", "d1#hot", "d2#hot");
  }

  /// Who has no such rule reads nothing for them; who has reads once in half a minute.
  @Test
  void whatADeviceIsInIsReadOnceAndOnlyIfARuleAsks() throws IOException {
    members.join("shed", "gw", "gw");
    for (int i = 0; i < 10; i++) {
      deliver("gw", NOW + i, 31);
    }
    assertThat(membershipsRead()).isZero();

    rule("hot", HOT);
    rule("hotter", HOT.replace("hot", "hotter").replace("30", "40"));
    later(60);
    for (int i = 0; i < 10; i++) {
      deliver("gw", NOW + 60_000 + i, 31);
    }

    assertThat(membershipsRead()).isEqualTo(1);
    assertThat(standing()).containsExactly("gw#hot");
  }

  /// The register's own read of a device is a consistent one.
  private long membershipsRead() {
    return cloud.answered(GetItemRequest.class).stream()
        .filter(get -> FleetKeys.DEVICES.equals(get.key().get("pk").s()))
        .filter(get -> !Boolean.TRUE.equals(get.consistentRead()))
        .count();
  }
}
