// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.series.Samples;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

@ExtendWith(SharedStack.class)
final class QueryHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long DAY = 86_400_000;

  /// Three of them fill the 1 MB that a query answers at once.
  private static final int THIRD_OF_A_PAGE = 380_000;

  private final Cloud cloud;
  private final QueryHandler function;

  QueryHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    var variables =
        Map.of(
            "PRICES",
            "READ_ON=2026-09-20,RULE=1E-6",
            "BUFFER",
            "sqs",
            "AUDIT_RETENTION_DAYS",
            "90",
            "RAW_RETENTION_DAYS",
            "30",
            "TELEMETRY_TABLE",
            cloud.telemetryTable(),
            "FLEET_TABLE",
            cloud.fleetTable());
    function = new QueryHandler(new Environment(variables), cloud.tables(), cloud.shadows());
  }

  @BeforeEach
  void threeDevices() {
    var register = new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC());
    for (var device : List.of("gw", "gw:oven", "gx")) {
      register.heard(device, device.replaceAll(":.*", ""), NOW);
    }
    put(
        cloud.telemetryTable(),
        TelemetryKeys.latest("gw"),
        Map.of(
            TelemetryKeys.latestOf("t"),
            AttributeValue.fromM(
                Map.of(
                    "value", Attributes.number(21.5),
                    "unit", Attributes.text("Cel"),
                    "atMs", Attributes.number(NOW)))));
    put(
        cloud.fleetTable(),
        FleetKeys.alarm("gw", "gw", "hot"),
        Map.of(
            "device", Attributes.text("gw"),
            "sensor", Attributes.text("t"),
            "raised", AttributeValue.fromBool(true),
            "sinceMs", Attributes.number(NOW),
            "value", Attributes.number(31.5)));
  }

  private void put(String table, Key key, Map<String, AttributeValue> attributes) {
    cloud.tables().putItem(request -> request.tableName(table).item(key.with(attributes)));
  }

  private void samples(String device, int seq, long atMs, double... values) {
    samples(device, seq, 1, atMs, values);
  }

  private void samples(String device, int seq, int padding, long atMs, double... values) {
    var times = new long[values.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = atMs + i * 1000L;
    }
    var packed = PackedCodec.pack(List.of(new Samples("t", "Cel", times, values)));
    put(
        cloud.telemetryTable(),
        TelemetryKeys.raw(device, atMs, new TelemetryBatch.Identity(1, 0, seq)),
        Map.of(
            TelemetryKeys.PACKED,
            Attributes.bytes(packed),
            "padding",
            Attributes.bytes(new byte[padding])));
  }

  private Invocation.Answer get(String route, String device, Map<String, String> query)
      throws IOException {
    return Invocation.api(
        function, "GET " + route, Map.of("device", device), query, "[viewer]", null);
  }

  @Test
  void theListHoldsEveryDeviceWithItsLatestStateAndOpenAlarms() throws IOException {
    var answer = get("/devices", "", Map.of());

    assertThat(answer.status()).isEqualTo(200);
    var devices = answer.body().objects("devices");
    assertThat(devices.stream().map(one -> one.members().get("device")))
        .containsExactly("gw", "gw:oven", "gx");
    assertThat(new String(devices.getFirst().toBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"value\":21.5")
        .contains("\"openAlarms\":1")
        .contains("\"lastMs\":" + NOW);
    assertThat(devices.get(1).text("thing")).isEqualTo("gw");
  }

  @Test
  void aDeviceShowsItsActuatorsAsReportedAndDesired() throws IOException {
    cloud.document(
        "gw", null, "{\"state\":{\"reported\":{\"fan\":false,\"lostReadings\":{\"count\":3}}}}");
    cloud.document(
        "gw",
        "commands",
        "{\"state\":{\"desired\":{\"fan\":{\"id\":\"a\",\"value\":true,\"expiresAtMs\":1}}}}");

    var actuators = get("/devices/{device}", "gw", Map.of()).body().object("actuators");

    assertThat(actuators.members().keySet()).containsExactly("fan");
    assertThat(actuators.object("fan").members()).containsEntry("reported", false);
    assertThat(actuators.object("fan").members()).containsEntry("desired", true);
  }

  @Test
  void whatActuatorsTakeIsShownAsTheDeviceSaysItAndThoseThatWereNeverMovedAreThere()
      throws IOException {
    cloud.document(
        "gw",
        null,
        """
        {"state": {"reported": {"fan": 40, "actuators": [
          {"name": "fan", "kind": "NUMBER", "minimum": 0, "maximum": 100, "step": 2.5, "unit": "%"},
          {"name": "lamp", "kind": "BOOLEAN"},
          {"name": "mode", "kind": "TEXT", "options": ["off", "eco"], "later": {"a": 1}},
          {"name": "valve"},
          {"name": "oven:grill", "kind": "BOOLEAN"}]}}}
        """);

    var actuators = get("/devices/{device}", "gw", Map.of()).body().object("actuators");

    assertThat(actuators.members().keySet())
        .containsExactly("fan", "lamp", "mode", "oven:grill", "valve");
    assertThat(actuators.object("fan").object("takes").members())
        .isEqualTo(
            JsonObject.parse(
                    "{\"kind\":\"NUMBER\",\"minimum\":0,\"maximum\":100,\"step\":2.5,\"unit\":\"%\"}")
                .members());
    assertThat(actuators.object("lamp").members())
        .isEqualTo(Map.of("takes", Map.of("kind", "BOOLEAN")));
    assertThat(actuators.object("mode").object("takes").members())
        .isEqualTo(Map.of("kind", "TEXT", "options", List.of("off", "eco")));
    assertThat(actuators.object("valve").members()).isEmpty();
    assertThat(
            get("/devices/{device}", "gw:oven", Map.of())
                .body()
                .object("actuators")
                .object("oven:grill")
                .members())
        .containsOnlyKeys("takes");
  }

  @Test
  void whatADeviceReportsWronglyOfItsActuatorsIsLeftOutAndTheRestIsThere() throws IOException {
    cloud.document(
        "gw",
        null,
        """
        {"state": {"reported": {"fan": 40, "actuators": [
          1, [], {}, {"name": 7}, {"name": "a b"}, {"name": "", "kind": "BOOLEAN"},
          {"name": "fan", "kind": "NUMBER", "minimum": "low"},
          {"name": "mode", "kind": "TEXT", "options": [1]},
          {"name": "lamp", "kind": "BOOLEAN"}]}}}
        """);

    var actuators = get("/devices/{device}", "gw", Map.of()).body().object("actuators");

    assertThat(actuators.members().keySet()).containsExactly("fan", "lamp", "mode");
    assertThat(actuators.object("fan").members()).containsOnlyKeys("reported");
    assertThat(actuators.object("mode").members()).isEmpty();
    assertThat(actuators.object("lamp").members()).containsOnlyKeys("takes");

    cloud.document("gw", null, "{\"state\":{\"reported\":{\"fan\":40,\"actuators\":{\"a\":1}}}}");
    assertThat(get("/devices/{device}", "gw", Map.of()).body().object("actuators").members())
        .containsOnlyKeys("fan");
    cloud.document("gw", null, "{\"state\":{\"reported\":{\"actuators\":true}}}");
    assertThat(get("/devices/{device}", "gw", Map.of()).body().object("actuators").members())
        .as("one of that name")
        .containsOnlyKeys("actuators", "fan");
  }

  @Test
  void aThingWithoutShadowsHasNoActuators() throws IOException {
    assertThat(get("/devices/{device}", "gx", Map.of()).body().object("actuators").members())
        .isEmpty();
  }

  @Test
  void anUnknownDeviceIsNotFound() throws IOException {
    var answer = get("/devices/{device}", "nobody", Map.of());

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body().text("detail")).contains("nobody");
  }

  @Test
  void aSeriesHoldsExactlyTheReadingsOfTheRangeOverDaysAndPages() throws IOException {
    samples("gw", 1, NOW - DAY, 1, 2, 3);
    samples("gw", 2, THIRD_OF_A_PAGE, NOW - 2000, 4);
    samples("gw", 3, THIRD_OF_A_PAGE, NOW - 1000, 5);
    samples("gw", 4, THIRD_OF_A_PAGE, NOW, 6);
    samples("gw", 5, THIRD_OF_A_PAGE, NOW + 1000, 7);
    samples("gw", 6, NOW + 2000, 8);
    samples("gw:oven", 1, NOW, 99);
    var range =
        Map.of("fromMs", Long.toString(NOW - DAY + 1000), "toMs", Long.toString(NOW + 1000));

    var series = get("/devices/{device}/series", "gw", range).body().objects("series");

    assertThat(series).hasSize(1);
    assertThat(series.getFirst().members().get("values"))
        .isEqualTo(List.of(2L, 3L, 4L, 5L, 6L, 7L));
    assertThat(series.getFirst().members().get("stepMs")).isEqualTo(0L);
    assertThat(series.getFirst().has("mins")).isFalse();
  }

  @Test
  void aBatchThatBeginsBeforeTheRangeIsFound() throws IOException {
    samples("gw", 1, NOW - 5000, 1, 2, 3, 4, 5, 6);
    var range = Map.of("fromMs", Long.toString(NOW - 1000), "toMs", Long.toString(NOW));

    var series = get("/devices/{device}/series", "gw", range).body().objects("series");

    assertThat(series.getFirst().members().get("values")).isEqualTo(List.of(5L, 6L));
  }

  @Test
  void aWrongRangeIsRefusedAndSaysWhatWasExpected() throws IOException {
    for (var range :
        List.of(
            Map.of("fromMs", "1"),
            Map.of("fromMs", "x", "toMs", "2"),
            Map.of("fromMs", "2", "toMs", "1"),
            Map.of("fromMs", "1", "toMs", "99999999999999"))) {
      var answer = get("/devices/{device}/series", "gw", range);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body().text("detail")).contains("expected");
    }
  }

  @Test
  void alarmsAreThoseOfTheDevice() throws IOException {
    var alarms = get("/devices/{device}/alarms", "gw", Map.of()).body().objects("alarms");

    assertThat(alarms).hasSize(1);
    assertThat(alarms.getFirst().members())
        .containsEntry("rule", "hot")
        .containsEntry("sensor", "t")
        .containsEntry("state", "ALARM")
        .containsEntry("sinceMs", NOW);
    assertThat(get("/devices/{device}/alarms", "gw:oven", Map.of()).body().objects("alarms"))
        .isEmpty();
  }

  /// Of a rule that is gone none is shown.
  @Test
  void alarmsThatStandAreThoseOfTheFleet() throws IOException {
    for (var rule : List.of("hot", "gone")) {
      put(
          cloud.fleetTable(),
          FleetKeys.standing("gw", rule),
          Map.of(
              "rule", Attributes.text(rule),
              "device", Attributes.text("gw"),
              "sensor", Attributes.text("t"),
              "sinceMs", Attributes.number(NOW),
              "value", Attributes.number(31.0),
              "ackMs", Attributes.number(NOW + 1),
              "ackBy", Attributes.text("ada")));
    }
    put(cloud.fleetTable(), FleetKeys.rule("hot"), Map.of("json", Attributes.text("{}")));

    var alarms =
        Invocation.api(function, "GET /alarms", Map.of(), Map.of(), "[viewer]", null)
            .body()
            .objects("alarms");

    assertThat(alarms).hasSize(1);
    assertThat(alarms.getFirst().members())
        .containsEntry("rule", "hot")
        .containsEntry("device", "gw")
        .containsEntry("acknowledgedBy", "ada");
  }

  @Test
  void theHistoryOfAlarmsIsThatOfTheDeviceAndTheNewestFirst() throws IOException {
    for (var device : List.of("gw", "gw:oven")) {
      for (long at = 0; at < 3; at++) {
        put(
            cloud.fleetTable(),
            FleetKeys.alarmEvent("gw", NOW + at, "hot", device + "#RAISED"),
            Map.of(
                "rule", Attributes.text("hot"),
                "device", Attributes.text(device),
                "kind", Attributes.text("RAISED"),
                "told", AttributeValue.fromBool(false),
                "atMs", Attributes.number(NOW + at),
                "value", Attributes.number(31.5)));
      }
    }

    var events =
        get("/devices/{device}/alarms/history", "gw", Map.of("limit", "2"))
            .body()
            .objects("events");

    assertThat(events).hasSize(2);
    assertThat(events.getFirst().members())
        .containsEntry("atMs", NOW + 2)
        .containsEntry("told", false)
        .containsEntry("kind", "RAISED");
  }

  /// 60 of each; other things' alarms lie between.
  @Test
  void everyListIsReadByItsCursorsAndMissesNothing() throws IOException {
    for (int i = 0; i < 60; i++) {
      var name = "n%03d".formatted(i);
      put(cloud.fleetTable(), FleetKeys.device(name), Map.of("thing", Attributes.text(name)));
      put(
          cloud.fleetTable(),
          FleetKeys.rule(name),
          Map.of(
              "json",
              Attributes.text(
                  "{\"name\":\"%s\",\"device\":\"gx\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":1}"
                      .formatted(name))));
      put(
          cloud.fleetTable(),
          FleetKeys.alarm("gx", i % 2 == 0 ? "gx" : "gx:other", name),
          Map.of("device", Attributes.text(i % 2 == 0 ? "gx" : "gx:other")));
      var id = FleetKeys.commandId(NOW + i, name);
      put(
          cloud.fleetTable(),
          FleetKeys.command("gx", NOW + i, id),
          Map.of(
              "id", Attributes.text(id),
              "actuator", Attributes.text("fan"),
              "value", AttributeValue.fromBool(true),
              "status", Attributes.text("PENDING"),
              "atMs", Attributes.number(NOW + i),
              "expiresAtMs", Attributes.number(NOW + i),
              "by", Attributes.text("ada")));
    }

    assertThat(all("/devices", "devices", "device", "9")).hasSize(63).isSorted();
    assertThat(all("/rules", "rules", "name", "30")).hasSize(60).isSorted();
    assertThat(all("/devices/{device}/alarms", "alarms", "rule", "7")).hasSize(30).isSorted();
    assertThat(all("/devices/{device}/commands", "commands", "id", "200"))
        .hasSize(60)
        .isSortedAccordingTo((one, other) -> other.compareTo(one));
    assertThat(get("/devices", "", Map.of()).body().objects("devices")).hasSize(50);
  }

  private List<String> all(String route, String list, String name, String limit)
      throws IOException {
    var found = new ArrayList<String>();
    var query = new HashMap<>(Map.of("limit", limit));
    while (true) {
      var body = get(route, "gx", query).body();
      for (var one : body.objects(list)) {
        found.add(one.text(name));
      }
      if (!body.has("cursor")) {
        assertThat(found).doesNotHaveDuplicates();
        return found;
      }
      query.put("cursor", body.text("cursor"));
    }
  }

  @Test
  void aRuleHasTheETagByWhichItIsChanged() throws IOException {
    var json =
        "{\"name\":\"hot\",\"device\":\"gw\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":30,\"hysteresis\":0}";
    put(cloud.fleetTable(), FleetKeys.rule("hot"), Map.of("json", Attributes.text(json)));

    var rule =
        Invocation.api(
            function, "GET /rules/{rule}", Map.of("rule", "hot"), Map.of(), "[viewer]", null);

    assertThat(new String(rule.body().toBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(json);
    assertThat(rule.headers().text("etag")).matches("\"[0-9a-f]{32}\"");
  }

  @Test
  void theAuditLogIsForAdminsTheNewestFirst() throws IOException {
    for (int day = 0; day < 3; day++) {
      put(
          cloud.fleetTable(),
          FleetKeys.dated(FleetKeys.AUDIT, NOW - day * 86_400_000L, "r" + day),
          Map.of(
              "atMs", Attributes.number(NOW - day * 86_400_000L),
              "by", Attributes.text("ada"),
              "route", Attributes.text("DELETE /rules/{rule}"),
              "path", Attributes.text("{\"rule\":\"hot\"}")));
    }

    assertThat(get("/audit", "", Map.of()).status()).isEqualTo(403);
    var first = audit(Map.of("limit", "2"));
    assertThat(first.objects("entries").stream().map(entry -> entry.members().get("id")))
        .containsExactly("001764042000000-r0", "001763955600000-r1");
    assertThat(first.objects("entries").getFirst().object("path").text("rule")).isEqualTo("hot");
    var rest = audit(Map.of("limit", "2", "cursor", first.text("cursor")));
    assertThat(rest.objects("entries")).hasSize(1);
    assertThat(rest.has("cursor")).isFalse();
  }

  private JsonObject audit(Map<String, String> query) throws IOException {
    return Invocation.api(function, "GET /audit", Map.of(), query, "[admin]", null).body();
  }

  @Test
  void aCursorOfAnotherListIsRefused() throws IOException {
    for (var cursor : List.of("%", "bm9uZQ")) {
      var answer = get("/devices/{device}/commands", "gw", Map.of("cursor", cursor));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body().text("detail")).contains("expected one of an earlier answer");
    }
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    var telemetry = cloud.items(cloud.telemetryTable());
    var fleet = cloud.items(cloud.fleetTable());
    int updates = cloud.updates().size();

    function.prime();

    assertThat(cloud.items(cloud.telemetryTable())).isEqualTo(telemetry);
    assertThat(cloud.items(cloud.fleetTable())).isEqualTo(fleet);
    assertThat(cloud.updates()).hasSize(updates);
    assertThat(cloud.answered(QueryRequest.class)).isNotEmpty();
  }
}
