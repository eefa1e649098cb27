// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.Members;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.log.LoggedLines;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.SnsException;

/// Who looks every minute for what does not come any more.
@ExtendWith(SharedStack.class)
final class AbsenceHandlerTest {
  private static final long NOW = 1_764_042_000_000L;

  private final Cloud cloud;
  private final Members members;

  AbsenceHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    members = new Members(cloud);
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw", "gw", NOW);
  }

  private void rule(String name, String rest) {
    rule(name, "\"device\":\"gw\"", rest);
  }

  private void rule(String name, String subject, String rest) {
    var json = "{\"name\":\"%s\",%s,%s}".formatted(name, subject, rest);
    var item = FleetKeys.rule(name).with(Map.of("json", Attributes.text(json)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private void heard(String sensor, long atMs) {
    heard("gw", sensor, atMs);
  }

  private void heard(String device, String sensor, long atMs) {
    cloud
        .tables()
        .updateItem(update ->
            update
                .tableName(cloud.telemetryTable())
                .key(TelemetryKeys.latest(device).attributes())
                .updateExpression("SET #s = :s")
                .expressionAttributeNames(Map.of("#s", TelemetryKeys.latestOf(sensor)))
                .expressionAttributeValues(
                    Map.of(":s", AttributeValue.fromM(Map.of("atMs", Attributes.number(atMs))))));
  }

  /// A function of its own each time, since rules are kept a while by a clock that stands.
  private void look(long seconds) throws IOException {
    var clock = Clock.fixed(Instant.ofEpochMilli(NOW + seconds * 1000), ZoneOffset.UTC);
    Invocation.of(function(clock), Map.of());
  }

  private AbsenceHandler function(Clock clock) {
    var variables =
        Map.of(
            "TELEMETRY_TABLE", cloud.telemetryTable(),
            "FLEET_TABLE", cloud.fleetTable(),
            "ALARM_TOPIC_ARN", cloud.topicArn(),
            "COMMAND_RETENTION_DAYS", "90");
    return new AbsenceHandler(
        new Environment(variables), cloud.tables(), cloud.shadows(), cloud.topics(), clock);
  }

  private List<String> told() {
    return cloud.answered(PublishRequest.class).stream().map(PublishRequest::subject).toList();
  }

  @Test
  void aDeviceThatSaysNothingIsMissedOnceAndTheAlarmIsOverWhenItIsHeard() throws IOException {
    rule("silent", "\"kind\":\"ABSENCE\",\"afterSeconds\":3600");
    heard("t", NOW);
    heard("u", NOW + 1000);

    for (long minute = 60; minute <= 70; minute++) {
      look(minute * 60);
    }

    assertThat(told()).containsExactly("RAISED: silent on gw");
    var standing = standing();
    assertThat(standing).hasSize(1);
    assertThat(Attributes.whole(standing.getFirst(), "sinceMs")).isEqualTo(NOW + 3_601_000);
    heard("t", NOW + 71 * 60_000);
    look(72 * 60);
    look(73 * 60);
    assertThat(told()).containsExactly("RAISED: silent on gw", "CLEARED: silent on gw");
    assertThat(standing()).isEmpty();
  }

  private List<Map<String, AttributeValue>> standing() {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("pk").s().equals(FleetKeys.ALARMS))
        .toList();
  }

  @Test
  void oneSensorIsMissedWhileOthersAreHeard() throws IOException {
    rule("t-silent", "\"kind\":\"ABSENCE\",\"sensor\":\"t\",\"afterSeconds\":60");
    rule("any-silent", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");
    rule("all", "\"kind\":\"COMPOSITE\",\"of\":\"ALL\",\"rules\":[\"t-silent\"]");
    heard("t", NOW);

    for (long second = 100; second <= 400; second += 60) {
      heard("u", NOW + second * 1000);
      look(second);
    }

    assertThat(told()).containsExactlyInAnyOrder("RAISED: t-silent on gw", "RAISED: all on gw");
  }

  /// Once, composites among them; nothing is written where nothing is raised.
  @Test
  void countsWhatItRaises() throws IOException {
    rule("t-silent", "\"kind\":\"ABSENCE\",\"sensor\":\"t\",\"afterSeconds\":60");
    rule("all", "\"kind\":\"COMPOSITE\",\"of\":\"ALL\",\"rules\":[\"t-silent\"]");
    heard("t", NOW);

    try (var logged = new LoggedLines(AbsenceHandler.class)) {
      for (long second = 100; second <= 400; second += 60) {
        look(second);
      }
      heard("t", NOW + 460_000);
      look(460);

      assertThat(logged.sum("AlarmsRaised")).isEqualTo(2);
      assertThat(logged.all()).hasSize(1);
    }
    assertThat(told()).hasSize(4);
  }

  /// Each device of a group by itself; what is behind a gateway, too.
  @Test
  void ofAGroupThoseAreMissedThatSayNothing() throws IOException {
    rule("silent", "\"group\":\"shed\"", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");
    rule("silent-pump", "\"type\":\"pump\"", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");
    members.join("shed", "gw", "gw");
    members.join("shed", "gw:child", "gw");
    members.join("shed", "late", "late");
    members.type("pump", "gw:child", "gw");
    for (var device : List.of("gw", "gw:child", "late", "elsewhere")) {
      heard(device, "t", NOW);
    }

    for (long second = 100; second <= 400; second += 60) {
      heard("gw", "t", NOW + second * 1000);
      look(second);
    }

    assertThat(told())
        .containsExactlyInAnyOrder(
            "RAISED: silent on gw:child",
            "RAISED: silent-pump on gw:child",
            "RAISED: silent on late");
    assertThat(standing())
        .extracting(item -> Attributes.text(item, "thing").orElse(""))
        .containsExactly("gw", "gw", "late");
  }

  /// Of 250 devices of which nothing is to be told: three requests for each hundred of them, one of
  /// which is for their states, and nothing that is written.
  @Test
  void manyAreLookedAtInFewReads() throws IOException {
    rule("silent", "\"group\":\"shed\"", "\"kind\":\"ABSENCE\",\"afterSeconds\":3600");
    rule("silent-2", "\"group\":\"shed\"", "\"kind\":\"ABSENCE\",\"afterSeconds\":7200");
    for (int i = 0; i < 250; i++) {
      members.join("shed", "d" + i, "d" + i);
      heard("d" + i, "t", NOW);
    }
    int before = cloud.answered(DynamoDbRequest.class).size();

    look(60);

    var requests = cloud.answered(DynamoDbRequest.class);
    var since = requests.subList(before, requests.size());
    assertThat(since).filteredOn(BatchGetItemRequest.class::isInstance).hasSize(3 + 5);
    assertThat(since).filteredOn(GetItemRequest.class::isInstance).isEmpty();
    assertThat(since).hasSizeLessThan(14);
    assertThat(told()).isEmpty();
  }

  /// Nobody is told that it is over: it is not.
  @Test
  void anAlarmOfADeviceThatHasLeftTheGroupIsForgotten() throws IOException {
    rule("silent", "\"group\":\"shed\"", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");
    members.join("shed", "goes", "goes");
    members.join("shed", "stays", "stays");
    heard("goes", "t", NOW);
    heard("stays", "t", NOW);
    for (long second = 100; second <= 400; second += 60) {
      look(second);
    }
    assertThat(standing()).hasSize(2);

    members.leave("shed", "goes");
    look(460);

    assertThat(standing())
        .extracting(item -> Attributes.text(item, "device").orElse(""))
        .containsExactly("stays");
    var key = FleetKeys.rule("silent").attributes();
    cloud.tables().deleteItem(delete -> delete.tableName(cloud.fleetTable()).key(key));
    look(520);
    assertThat(standing()).isEmpty();
    assertThat(told()).hasSize(2).allMatch(subject -> subject.startsWith("RAISED"));
  }

  /// What one of them lacks keeps the others from nothing.
  @Test
  void oneThatCannotBeJudgedFailsTheInvocationAfterTheOthers() throws IOException {
    rule("silent", "\"group\":\"shed\"", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");
    members.join("shed", "a", "a");
    members.join("shed", "b", "b");
    heard("a", "t", NOW);
    heard("b", "t", NOW);
    look(100);
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"sns:Publish\",\"Resource\":\"*\"}");

    assertThatThrownBy(() -> look(240)).isInstanceOf(SnsException.class);
    assertThat(standing()).hasSize(2);

    cloud.allowAgain();
    look(300);
    assertThat(told()).containsExactlyInAnyOrder("RAISED: silent on a", "RAISED: silent on b");
  }

  /// The backend was away for a night, and the devices' backlog is not taken yet when it looks for
  /// the first time.
  @Test
  void nobodyIsMissedBecauseTheBackendWasAway() throws IOException {
    rule("silent", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");
    heard("t", NOW);
    look(30);

    look(30_000);
    look(30_060);
    heard("t", NOW + 30_070_000);
    look(30_120);
    look(30_180);

    assertThat(told()).isEmpty();
    assertThat(standing()).isEmpty();
  }

  @Test
  void whoWasNeverHeardIsNotMissed() throws IOException {
    rule("silent", "\"kind\":\"ABSENCE\",\"afterSeconds\":60");

    look(1000);
    look(1180);

    assertThat(told()).isEmpty();
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    var fleet = cloud.items(cloud.fleetTable());

    function(Clock.systemUTC()).prime();

    assertThat(cloud.items(cloud.fleetTable())).isEqualTo(fleet);
    assertThat(told()).isEmpty();
  }
}
