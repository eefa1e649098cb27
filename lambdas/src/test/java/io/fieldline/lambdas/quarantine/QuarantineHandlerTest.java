// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Quarantined;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;

@ExtendWith(SharedStack.class)
final class QuarantineHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long DAY_MS = 86_400_000;
  private static final String NONE_FAILED = "{\"batchItemFailures\":[]}";
  private static final String ENVELOPE = "{\"batch\":{\"v\":2},\"thing\":\"gw\",\"receivedMs\":1}";

  private final Cloud cloud;
  private final QuarantineHandler function;

  QuarantineHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    var variables =
        Map.of(
            "AUDIT_RETENTION_DAYS",
            "90",
            "FLEET_TABLE",
            cloud.fleetTable(),
            "INGEST_QUEUE_URL",
            cloud.queueUrl(),
            "RAW_RETENTION_DAYS",
            "30");
    function =
        new QuarantineHandler(
            new Environment(variables), cloud.tables(), cloud.queues(), cloud.shadows());
  }

  private static String ofFunction(Quarantined.Kind kind, long atMs, String id, String message) {
    return new Quarantined(
            atMs,
            id,
            kind,
            "expected this, got that",
            "function:telemetry",
            "",
            Quarantined.INGEST,
            SdkBytes.fromUtf8String(message))
        .toJson();
  }

  private static String ofRule(String topic, byte[] payload) {
    return """
    {"ruleName":"fieldline_dev_telemetry","topic":"%s","cloudwatchTraceId":"t","clientId":"gw",
     "base64OriginalPayload":"%s","failures":[{"failedAction":"SqsAction",
     "failedResource":"https://queue","errorMessage":"may not"}]}
    """
        .formatted(topic, Base64.getEncoder().encodeToString(payload));
  }

  private String deliver(long sentMs, String... bodies) throws IOException {
    var records = new ArrayList<Object>();
    for (var body : bodies) {
      records.add(Invocation.sqsRecord("q" + sentMs + records.size(), sentMs, body));
    }
    return Invocation.of(function, Map.of("Records", records));
  }

  private Invocation.Answer call(
      String route, String entry, Map<String, String> query, String groups, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, Map.of("entry", entry), query, groups, body);
  }

  private List<JsonObject> entries(Map<String, String> query) throws IOException {
    var answer = call("GET /quarantine", "", query, "[operator]", null);
    assertThat(answer.status()).as(answer.body().members().toString()).isEqualTo(200);
    return answer.body().objects("entries");
  }

  private List<Map<String, AttributeValue>> items() {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("pk").s().startsWith(FleetKeys.QUARANTINE))
        .toList();
  }

  @Test
  void whatAFunctionPutAsideIsShownAndSentAgainAsItWas() throws IOException {
    assertThat(deliver(NOW, ofFunction(Quarantined.Kind.MALFORMED, NOW - 5, "m1", ENVELOPE)))
        .isEqualTo(NONE_FAILED);

    var listed = entries(Map.of()).getFirst();
    assertThat(listed.text("id")).isEqualTo("001764041999995-m1");
    assertThat(listed.members())
        .containsEntry("kind", "MALFORMED")
        .containsEntry("reason", "expected this, got that")
        .containsEntry("source", "function:telemetry")
        .containsEntry("thing", "gw")
        .doesNotContainKeys("message", "replayedMs");
    assertThat(items().getFirst().get("pk").s()).isEqualTo("QUARANTINE#2025-11-25");
    assertThat(items().getFirst().get("ttl").n())
        .isEqualTo(Long.toString((NOW - 5) / 1000 + 30 * 86400));
    var shown = call("GET /quarantine/{entry}", listed.text("id"), Map.of(), "[operator]", null);
    assertThat(shown.body().text("message")).isEqualTo(ENVELOPE);

    var replayed =
        call("POST /quarantine/{entry}/replay", listed.text("id"), Map.of(), "[operator]", null);

    assertThat(replayed.status()).isEqualTo(200);
    assertThat(cloud.messages()).containsExactly(ENVELOPE);
    assertThat(entries(Map.of()).getFirst().members())
        .containsEntry("replayedMs", NOW)
        .containsEntry("replayedBy", "ada")
        .containsEntry("replays", 1L);
  }

  @Test
  void whatARulesActionFailedOnIsPublishedAgainToThatRule() throws IOException {
    byte[] payload = {(byte) 0xff, 0, 1};
    deliver(
        NOW,
        ofRule("fieldline/gw/telemetry", payload),
        ofRule("$aws/rules/fieldline_dev_telemetry/fieldline/gw/telemetry", payload));

    for (var listed : entries(Map.of("kind", "ACTION_FAILED"))) {
      assertThat(listed.text("reason")).isEqualTo("SqsAction on https://queue: may not");
      assertThat(listed.text("thing")).isEqualTo("gw");
      var id = listed.text("id");
      assertThat(
              call("GET /quarantine/{entry}", id, Map.of(), "[admin]", null)
                  .body()
                  .text("messageBase64"))
          .isEqualTo("/wAB");
      assertThat(call("POST /quarantine/{entry}/replay", id, Map.of(), "[admin]", null).status())
          .isEqualTo(200);
    }

    assertThat(cloud.answered(PublishRequest.class))
        .hasSize(2)
        .allSatisfy(published -> {
          assertThat(published.topic())
              .isEqualTo("$aws/rules/fieldline_dev_telemetry/fieldline/gw/telemetry");
          assertThat(published.payload().asByteArray()).isEqualTo(payload);
          assertThat(published.qos()).isEqualTo(1);
        });
  }

  @Test
  void whatComesTwiceIsOneEntryAndStaysReplayed() throws IOException {
    var body = ofFunction(Quarantined.Kind.TIME, NOW, "m1", ENVELOPE);
    deliver(NOW, body);
    call("POST /quarantine/{entry}/replay", "001764042000000-m1", Map.of(), "[admin]", null);
    var once = items();

    // The queue delivers again; and the function that put it aside did so twice.
    deliver(NOW, body);
    deliver(NOW + 7, body);

    assertThat(items()).isEqualTo(once).hasSize(1);
  }

  @Test
  void whatNobodyKnowsIsKeptAndNotSentAnywhere() throws IOException {
    assertThat(deliver(NOW, "not JSON", "{\"other\":1}", "{\"kind\":\"X\",\"source\":\"y\"}"))
        .isEqualTo(NONE_FAILED);

    var entries = entries(Map.of("kind", "UNKNOWN"));
    assertThat(entries).hasSize(3);
    for (var entry : entries) {
      var refused =
          call("POST /quarantine/{entry}/replay", entry.text("id"), Map.of(), "[admin]", null);
      assertThat(refused.status()).isEqualTo(409);
    }
    assertThat(
            call("GET /quarantine/{entry}", entries.getLast().text("id"), Map.of(), "[admin]", null)
                .body()
                .text("message"))
        .isEqualTo("not JSON");
    assertThat(cloud.messages()).isEmpty();
  }

  @Test
  void whatHasNoRoomInAnItemIsToldAndLeftToTheDeadLetters() throws IOException {
    var fits = "é".repeat(190_000);
    var exceeds = fits + "x";

    assertThat(deliver(NOW, ofFunction(Quarantined.Kind.MALFORMED, NOW, "fits", fits)))
        .isEqualTo(NONE_FAILED);
    assertThat(deliver(NOW, ofFunction(Quarantined.Kind.MALFORMED, NOW, "large", exceeds)))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"q17640420000000\"}]}");

    var refused =
        call("POST /quarantine/{entry}/replay", "001764042000000-large", Map.of(), "[admin]", null);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().text("detail")).contains("380001 bytes", "dead letters");
    assertThat(
            call(
                    "POST /quarantine/{entry}/replay",
                    "001764042000000-fits",
                    Map.of(),
                    "[admin]",
                    null)
                .status())
        .isEqualTo(200);
    assertThat(cloud.messages()).containsExactly(fits);
  }

  @Test
  void aFailureOfTheTableIsReportedForThatMessageOnly() throws IOException {
    cloud.forbid(
        """
        {"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*",
         "Condition":{"StringLike":{"dynamodb:LeadingKeys":"QUARANTINE#2025-11-24"}}}\
        """);

    assertThat(
            deliver(
                NOW,
                ofFunction(Quarantined.Kind.TIME, NOW - DAY_MS, "m1", ENVELOPE),
                ofFunction(Quarantined.Kind.TIME, NOW, "m2", ENVELOPE)))
        .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"q17640420000000\"}]}");

    assertThat(items()).hasSize(1);
  }

  /// 500 entries over 20 days, of two kinds.
  @Test
  void aListIsReadByItsCursorsFromTheNewestOnAndMissesNothing() throws IOException {
    for (int batch = 0; batch < 50; batch++) {
      var bodies = new String[10];
      for (int i = 0; i < 10; i++) {
        int number = batch * 10 + i;
        bodies[i] =
            ofFunction(
                number % 5 == 0 ? Quarantined.Kind.TIME : Quarantined.Kind.TOO_OLD,
                NOW - number * DAY_MS / 25,
                "m" + number,
                ENVELOPE);
      }
      deliver(NOW, bodies);
    }

    assertThat(read(Map.of("limit", "7")))
        .hasSize(500)
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(read(Map.of("limit", "100", "kind", "TIME"))).hasSize(100);
    assertThat(entries(Map.of())).hasSize(50);
  }

  private List<String> read(Map<String, String> query) throws IOException {
    var all = new ArrayList<String>();
    var asked = new HashMap<>(query);
    while (true) {
      var answer = call("GET /quarantine", "", asked, "[operator]", null);
      for (var entry : answer.body().objects("entries")) {
        all.add(entry.text("id"));
      }
      if (!answer.body().has("cursor")) {
        return all;
      }
      asked.put("cursor", answer.body().text("cursor"));
    }
  }

  @Test
  void allOfAKindAreSentAgainOnce() throws IOException {
    for (int batch = 0; batch < 7; batch++) {
      var bodies = new String[10];
      for (int i = 0; i < 10; i++) {
        var kind = i == 0 ? Quarantined.Kind.MALFORMED : Quarantined.Kind.TIME;
        bodies[i] = ofFunction(kind, NOW - batch, "m" + batch + i, "{\"n\":" + batch + i + "}");
      }
      deliver(NOW, bodies);
    }

    assertThat(replayAll("TIME")).isEqualTo(63);
    assertThat(replayAll("TIME")).isZero();

    assertThat(cloud.messages()).hasSize(63).doesNotHaveDuplicates();
    assertThat(entries(Map.of("kind", "MALFORMED", "limit", "200")))
        .hasSize(7)
        .noneMatch(entry -> entry.has("replayedMs"));
  }

  private long replayAll(String kind) throws IOException {
    long replayed = 0;
    var cursor = "";
    do {
      var body = "{\"kind\":\"" + kind + "\"" + cursor + "}";
      var answer = call("POST /quarantine/replay", "", Map.of(), "[operator]", body);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      replayed += answer.body().whole("replayed");
      cursor =
          answer.body().optionalText("cursor").map(c -> ",\"cursor\":\"" + c + "\"").orElse("");
    } while (!cursor.isEmpty());
    return replayed;
  }

  @Test
  void anEntryIsDroppedByAnAdminOnly() throws IOException {
    deliver(NOW, ofFunction(Quarantined.Kind.TIME, NOW, "m1", ENVELOPE));
    var id = "001764042000000-m1";

    assertThat(call("DELETE /quarantine/{entry}", id, Map.of(), "[operator]", null).status())
        .isEqualTo(403);
    assertThat(items()).hasSize(1);
    assertThat(call("DELETE /quarantine/{entry}", id, Map.of(), "[admin]", null).status())
        .isEqualTo(200);
    assertThat(items()).isEmpty();
    assertThat(call("DELETE /quarantine/{entry}", id, Map.of(), "[admin]", null).status())
        .isEqualTo(404);
    assertThat(call("POST /quarantine/{entry}/replay", id, Map.of(), "[admin]", null).status())
        .isEqualTo(404);
  }

  @Test
  void aViewerSeesNothingOfIt() throws IOException {
    for (var route :
        List.of(
            "GET /quarantine",
            "GET /quarantine/{entry}",
            "POST /quarantine/replay",
            "POST /quarantine/{entry}/replay",
            "DELETE /quarantine/{entry}")) {
      assertThat(call(route, "001764042000000-m1", Map.of(), "[viewer]", "{}").status())
          .as(route)
          .isEqualTo(403);
    }
  }

  @Test
  void aRequestThatIsNoneIsToldWhatWasExpected() throws IOException {
    for (var query :
        List.of(
            Map.of("kind", "HOT"),
            Map.of("limit", "0"),
            Map.of("limit", "201"),
            Map.of("cursor", "%"),
            Map.of("cursor", "bm9uZQ"))) {
      var answer = call("GET /quarantine", "", query, "[admin]", null);
      assertThat(answer.status()).as(query.toString()).isEqualTo(400);
      assertThat(answer.body().text("detail")).contains("expected");
    }
    assertThat(call("GET /quarantine/{entry}", "x", Map.of(), "[admin]", null).status())
        .isEqualTo(404);
  }

  /// By Invoke, IAM decides; the event is as that of a route with an IAM authorizer.
  @Test
  void whoeverMayInvokeTheFunctionIsAnswered() throws IOException {
    var event =
        Map.<String, Object>of(
            "routeKey",
            "GET /quarantine",
            "requestContext",
            Map.of(
                "timeEpoch",
                NOW,
                "authorizer",
                Map.of("iam", Map.of("userArn", "arn:aws:iam::000000000000:user/ada"))));

    var answer = JsonObject.parse(Invocation.of(function, event).getBytes(StandardCharsets.UTF_8));

    assertThat(answer.whole("statusCode")).isEqualTo(200);
  }

  @Test
  void primingLeavesNoTrace() throws IOException {
    function.prime();

    assertThat(items()).isEmpty();
    assertThat(cloud.messages()).isEmpty();
  }
}
