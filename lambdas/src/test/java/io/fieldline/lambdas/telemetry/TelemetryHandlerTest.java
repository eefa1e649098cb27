// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.AlarmBound;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

@ExtendWith(SharedStack.class)
final class TelemetryHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long DAY_MS = 86_400_000;
  private static final String NO_SHADOWS =
      "{\"Effect\":\"Deny\",\"Action\":\"iot:UpdateThingShadow\",\"Resource\":\"*\"}";

  private final Cloud cloud;
  private final TelemetryHandler function;

  TelemetryHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    function = Functions.telemetry(cloud, NOW);
  }

  private static Reading reading(String device, String sensor, long atMs, double value) {
    return new Reading(device, sensor, "Cel", atMs, value);
  }

  private static byte[] payload(long firstSeq, Reading... readings) {
    return MessageCodec.encode(
        TelemetryBatch.of(new TelemetryBatch.Identity(7, 0, firstSeq), List.of(readings)));
  }

  private static String body(byte[] payload) {
    return "{\"batch\":%s,\"thing\":\"gw\",\"receivedMs\":%d}"
        .formatted(new String(payload, UTF_8), NOW);
  }

  private String deliver(String... bodies) throws IOException {
    var records = new ArrayList<Object>();
    for (var body : bodies) {
      records.add(Invocation.sqsRecord("m" + records.size(), NOW, body));
    }
    return Invocation.of(function, Map.of("Records", records));
  }

  private String stream(String... bodies) throws IOException {
    var records = new ArrayList<Object>();
    for (var body : bodies) {
      records.add(Invocation.streamRecord("4950" + records.size(), NOW, body));
    }
    return Invocation.of(function, Map.of("Records", records));
  }

  private List<Map<String, AttributeValue>> raw() {
    return cloud.items(cloud.telemetryTable()).stream()
        .filter(item -> item.get("pk").s().startsWith("D#"))
        .toList();
  }

  private Map<String, AttributeValue> latest(String device) {
    return cloud.items(cloud.telemetryTable()).stream()
        .filter(item -> item.get("pk").s().equals("L#" + device))
        .findFirst()
        .orElse(Map.of());
  }

  private double latestValue(String sensor) {
    return Attributes.number(latest("gw").get("s:" + sensor).m(), "value");
  }

  @Test
  void aBatchBecomesOnePackedItemUnderItsDeterministicKey() throws IOException {
    var answer =
        deliver(
            body(payload(42, reading("gw", "t", NOW, 21.5), reading("gw", "t", NOW + 1000, 22))));

    assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(raw()).hasSize(1);
    var item = raw().getFirst();
    assertThat(item.get("pk").s()).isEqualTo("D#gw#2025-11-25");
    assertThat(item.get("sk").s()).isEqualTo("001764042000000#0#000000000000007#000000000000042");
    assertThat(item.get("ttl").n()).isEqualTo(Long.toString(NOW / 1000 + 30 * 86400));
    var samples = PackedCodec.unpack(item.get("packed").b().asByteArray()).getFirst();
    assertThat(samples.atMs()).containsExactly(NOW, NOW + 1000);
    assertThat(samples.values()).containsExactly(21.5, 22);
  }

  @Test
  void aBatchThatComesTwiceIsStoredOnceWithIdenticalBytes() throws IOException {
    var body = body(payload(1, reading("gw", "t", NOW, 21.5)));

    deliver(body);
    var once = cloud.items(cloud.telemetryTable());
    deliver(body, body);

    assertThat(cloud.items(cloud.telemetryTable())).isEqualTo(once);
  }

  @Test
  void aBatchOverAFullHourIsCutThere() throws IOException {
    deliver(body(payload(1, reading("gw", "t", NOW - 3_600_000, 1), reading("gw", "t", NOW, 2))));

    assertThat(raw()).hasSize(2);
  }

  @Test
  void aCompressedBatchIsInflated() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes)) {
      out.write(payload(1, reading("gw", "t", NOW, 21.5)));
    }
    var base64 = Base64.getEncoder().encodeToString(bytes.toByteArray());

    deliver("{\"deflated\":\"%s\",\"thing\":\"gw\",\"receivedMs\":%d}".formatted(base64, NOW));

    assertThat(raw()).hasSize(1);
    assertThat(cloud.messages()).isEmpty();
  }

  @Test
  void latestStateIsUpdatedBySensorOnlyIfNewer() throws IOException {
    deliver(body(payload(1, reading("gw", "a", NOW, 1), reading("gw", "b", NOW, 1))));

    deliver(body(payload(9, reading("gw", "a", NOW - 5, 0), reading("gw", "b", NOW + 5, 2))));

    assertThat(latestValue("a")).isEqualTo(1);
    assertThat(latestValue("b")).isEqualTo(2);
  }

  @Test
  void aThingWritesOnlyToItselfAndItsChildren() throws IOException {
    deliver(
        body(payload(1, reading("other", "t", NOW, 1))),
        body(payload(1, reading("gw:oven", "t", NOW, 1))));

    assertThat(latest("other")).isEmpty();
    assertThat(latest("gw:other")).isNotEmpty();
    assertThat(latest("gw:oven")).isNotEmpty();
    assertThat(cloud.items(cloud.fleetTable()))
        .allSatisfy(item -> assertThat(item.get("thing").s()).isEqualTo("gw"));
  }

  @Test
  void whatNoRetryCanHealIsQuarantinedWithTheReasonAndDisturbsNothingElse() throws IOException {
    var answer =
        deliver(
            "not JSON",
            "{\"batch\":{\"v\":2},\"thing\":\"gw\",\"receivedMs\":1}",
            "{\"deflated\":\"AAAA\",\"thing\":\"gw\",\"receivedMs\":1}",
            body(payload(1, reading("gw", "t", 0, 1))),
            body(payload(1, reading("gw", "t", NOW, 1))));

    assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(raw()).hasSize(1);
    assertThat(cloud.messages()).hasSize(4);
    assertThat(JsonObject.parse(cloud.messages().get(0)).text("message")).isEqualTo("not JSON");
    assertThat(JsonObject.parse(cloud.messages().get(1)).text("reason"))
        .isEqualTo("/v: expected version 1, got 2");
    assertThat(JsonObject.parse(cloud.messages().get(1)).text("kind")).isEqualTo("MALFORMED");
    assertThat(JsonObject.parse(cloud.messages().get(3)).text("reason"))
        .contains("expected epoch milliseconds from 2000-01-01", "got 0");
    assertThat(JsonObject.parse(cloud.messages().get(3)).text("kind")).isEqualTo("TIME");
  }

  /// A queue takes 1 MiB: what has no room beside its reason is not cut, but stays where it is.
  @Test
  void whatIsTooLongForAnEntryIsLeftToTheDeadLetters() throws IOException {
    var fits = "x".repeat(1_000_000);

    assertThat(deliver(fits)).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(deliver(fits, "\"" + fits.replace('x', '\\')))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"m1\"}]}");

    assertThat(cloud.messages())
        .hasSize(2)
        .allSatisfy(entry -> assertThat(JsonObject.parse(entry).text("message")).isEqualTo(fits));
  }

  /// What is over when it comes would be stored and gone again at any time.
  @Test
  void whatIsOlderThanTheRetentionIsToldAndNotStoredAndTheRestOfItsBatchIs() throws IOException {
    long oldMs = NOW - 31 * DAY_MS;
    long lastHourMs = NOW - 30 * DAY_MS + 3_600_000;
    var mixed =
        body(
            payload(
                1,
                reading("gw", "t", oldMs, 1),
                reading("gw", "t", oldMs + 1, 2),
                reading("gw", "t", lastHourMs, 3)));

    deliver(mixed, body(payload(9, reading("gw", "t", NOW, 4))));

    assertThat(raw()).hasSize(2);
    assertThat(latestValue("t")).isEqualTo(4);
    assertThat(cloud.messages()).hasSize(1);
    var entry = JsonObject.parse(cloud.messages().getFirst());
    assertThat(entry.text("reason"))
        .isEqualTo(
            "2 of 3 readings: expected those of the last 30 days, got older ones; the rest is"
                + " stored");
    assertThat(entry.text("message")).isEqualTo(mixed);
  }

  @Test
  void aReadingMoreThanADayAheadIsQuarantinedAndOneOfTomorrowIsStored() throws IOException {
    deliver(
        body(payload(1, reading("gw", "t", NOW + DAY_MS, 1))),
        body(payload(2, reading("gw", "t", NOW + DAY_MS + 1, 2))));

    assertThat(raw()).hasSize(1);
    assertThat(cloud.messages()).hasSize(1);
    assertThat(cloud.messages().getFirst()).contains("24 h ahead, got " + (NOW + DAY_MS + 1));
  }

  @Test
  void aFailureOfTheTableIsReportedForThatMessageOnly() throws IOException {
    cloud.forbid(
        """
        {"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*",
         "Condition":{"StringLike":{"dynamodb:LeadingKeys":"D#gw:locked#*"}}}\
        """);

    var answer =
        deliver(
            body(payload(1, reading("gw:locked", "t", NOW, 1))),
            body(payload(2, reading("gw", "t", NOW, 2))));

    assertThat(answer).isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"m0\"}]}");
    assertThat(raw()).hasSize(1);
    assertThat(cloud.messages()).isEmpty();
  }

  private void rule() {
    var rule =
        new AlarmRule(
            "hot",
            "gw",
            new AlarmCondition.Threshold("t", new AlarmBound(AlarmBound.Side.ABOVE, 30, 1, 0)),
            new AlarmRule.Reaction("gw2", "fan", new ActuatorValue.Flag(true), 60_000));
    cloud
        .tables()
        .putItem(put ->
            put.tableName(cloud.fleetTable())
                .item(
                    FleetKeys.rule("hot")
                        .with(
                            Map.of(
                                "json",
                                Attributes.text(new String(MessageCodec.encode(rule), UTF_8))))));
  }

  private Map<String, AttributeValue> fleet(String prefix) {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("sk").s().startsWith(prefix))
        .findFirst()
        .orElse(Map.of());
  }

  @Test
  void anAlarmIsRaisedOnceCommandsOnceAndIsCleared() throws IOException {
    rule();

    deliver(body(payload(1, reading("gw", "t", NOW, 31))));
    deliver(
        body(payload(1, reading("gw", "t", NOW, 31))),
        body(payload(2, reading("gw", "t", NOW + 1, 32))));

    assertThat(cloud.updates()).hasSize(1);
    assertThat(cloud.updates().getFirst())
        .startsWith("gw2/commands {\"state\":{\"desired\":{\"fan\":{\"id\":\"001764042000000-rule-")
        .endsWith("\"value\":true,\"expiresAtMs\":1764042060000}}}}");
    assertThat(fleet("ALARM#").get("raised").bool()).isTrue();
    assertThat(fleet("CMD#").get("by").s()).isEqualTo("rule:hot");
    assertThat(fleet("CMD#").get("status").s()).isEqualTo("PENDING");

    deliver(body(payload(3, reading("gw", "t", NOW + 2, 29))));

    assertThat(fleet("ALARM#").get("raised").bool()).isFalse();
    assertThat(cloud.updates()).hasSize(1);
  }

  @Test
  void aLateReadingRaisesNothing() throws IOException {
    rule();
    deliver(body(payload(2, reading("gw", "t", NOW, 20))));

    deliver(body(payload(1, reading("gw", "t", NOW - 1000, 40))));

    assertThat(cloud.updates()).isEmpty();
    assertThat(fleet("ALARM#")).isEmpty();
  }

  @Test
  void aCommandWhoseShadowFailedIsSentAtTheRetry() throws IOException {
    rule();
    cloud.forbid(NO_SHADOWS);
    var body = body(payload(1, reading("gw", "t", NOW, 31)));

    assertThat(deliver(body)).contains("m0");
    assertThat(cloud.updates()).isEmpty();
    cloud.allowAgain();
    assertThat(deliver(body)).doesNotContain("m0");

    assertThat(cloud.updates()).hasSize(1);
    assertThat(fleet("ALARM#").get("raised").bool()).isTrue();
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

  @Test
  void aRecordOfAStreamIsTakenAsAMessageOfAQueueIs() throws IOException {
    assertThat(stream(body(payload(1, reading("gw", "t", NOW, 21.5))), "not JSON"))
        .isEqualTo("{\"batchItemFailures\":[]}");

    assertThat(raw()).hasSize(1);
    var aside = JsonObject.parse(cloud.messages().getFirst());
    assertThat(aside.text("message")).isEqualTo("not JSON");
    assertThat(aside.whole("atMs")).isEqualTo(NOW);
    assertThat(cloud.ingested()).isEmpty();
  }

  /// Else it would hold up its shard.
  @Test
  void whatAStreamBringsAndCannotBeStoredNowIsHandedOverToTheQueue() throws IOException {
    cloud.forbid(
        """
        {"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*",
         "Condition":{"StringLike":{"dynamodb:LeadingKeys":"D#gw:locked#*"}}}\
        """);
    var locked = body(payload(1, reading("gw:locked", "t", NOW, 1)));

    assertThat(stream(locked, body(payload(2, reading("gw", "t", NOW, 2)))))
        .isEqualTo("{\"batchItemFailures\":[]}");

    assertThat(raw()).hasSize(1);
    assertThat(cloud.ingested()).containsExactly(locked);
  }

  @Test
  void aRecordThatNeitherTableNorQueueTakesIsReported() throws IOException {
    cloud.forbid(
        "{\"Effect\":\"Deny\",\"Action\":[\"dynamodb:PutItem\",\"sqs:SendMessage\"],\"Resource\":\"*\"}");

    assertThat(stream(body(payload(1, reading("gw", "t", NOW, 1)))))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"49500\"}]}");
  }
}
