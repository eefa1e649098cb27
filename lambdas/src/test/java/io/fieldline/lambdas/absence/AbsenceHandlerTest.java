// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
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
import software.amazon.awssdk.services.sns.model.PublishRequest;

/// Who looks every minute for what does not come any more.
@ExtendWith(SharedStack.class)
final class AbsenceHandlerTest {
  private static final long NOW = 1_764_042_000_000L;

  private final Cloud cloud;

  AbsenceHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw", "gw", NOW);
  }

  private void rule(String name, String rest) {
    var json = "{\"name\":\"%s\",\"device\":\"gw\",%s}".formatted(name, rest);
    var item = FleetKeys.rule(name).with(Map.of("json", Attributes.text(json)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private void heard(String sensor, long atMs) {
    cloud
        .tables()
        .updateItem(update ->
            update
                .tableName(cloud.telemetryTable())
                .key(TelemetryKeys.latest("gw").attributes())
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
