// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.Members;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

@ExtendWith(SharedStack.class)
final class CommandJourneyTest {
  private static final long NOW = CommandFunction.NOW;

  private static final String FAN_ON = "{\"actuator\":\"fan\",\"value\":true}";

  private final Cloud cloud;
  private final CommandHandler function;

  CommandJourneyTest(Cloud cloud) {
    this.cloud = cloud;
    function = CommandFunction.on(cloud);
  }

  @BeforeEach
  void oneDevice() {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw", "gw", NOW);
  }

  private Invocation.Answer call(
      String route, Map<String, String> path, String groups, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, path, Map.of(), groups, body);
  }

  private Invocation.Answer send(String body) throws IOException {
    return call("POST /devices/{device}/commands", Map.of("device", "gw"), "[operator]", body);
  }

  private List<Map<String, AttributeValue>> commands() {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("sk").s().startsWith(FleetKeys.COMMAND_PREFIX))
        .toList();
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return Attributes.text(item, name).orElse("");
  }

  @Test
  void aCommandIsPendingInTheHistoryAndDesiredInTheShadow() throws IOException {
    var answer = send("{\"actuator\":\"valve\",\"value\":42.50,\"validForMs\":5000}");

    assertThat(answer.status()).isEqualTo(202);
    var id = answer.body().text("id");
    assertThat(cloud.updates())
        .containsExactly(
            "gw/commands {\"state\":{\"desired\":{\"valve\":{\"id\":\"%s\",\"value\":42.50,\"expiresAtMs\":%d}}}}"
                .formatted(id, NOW + 5000));
    assertThat(commands()).hasSize(1);
    assertThat(text(commands().getFirst(), "status")).isEqualTo("PENDING");
    assertThat(text(commands().getFirst(), "by")).isEqualTo("ada");
    assertThat(FleetKeys.issuedAtMs(id)).hasValue(NOW);
  }

  /// As an alarm rule's command to the device itself, with or without the device's name before it;
  /// never the gateway's own of that name.
  @Test
  void aDeviceBehindAGatewayHasItsNameBeforeItsActuators() throws IOException {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw:a", "gw", NOW);
    for (var actuator : List.of("fan", "a:fan")) {
      var body = "{\"actuator\":\"" + actuator + "\",\"value\":true}";
      var answer =
          call("POST /devices/{device}/commands", Map.of("device", "gw:a"), "[operator]", body);
      assertThat(answer.status()).isEqualTo(202);
    }
    assertThat(cloud.updates())
        .hasSize(2)
        .allMatch(update -> update.startsWith("gw/commands {\"state\":{\"desired\":{\"a:fan\":"));

    var body = "{\"actuator\":\"" + "x".repeat(127) + "\",\"value\":true}";
    var tooLong =
        call("POST /devices/{device}/commands", Map.of("device", "gw:a"), "[operator]", body);
    assertThat(tooLong.status()).isEqualTo(400);
  }

  @Test
  void aLaterCommandSupersedesTheOpenOneOfTheSameActuatorOnly() throws IOException {
    var first = send("{\"actuator\":\"fan\",\"value\":true}").body().text("id");
    var other = send("{\"actuator\":\"valve\",\"value\":1}").body().text("id");

    var second = send("{\"actuator\":\"fan\",\"value\":false}").body().text("id");

    for (var command : commands()) {
      var id = text(command, "id");
      assertThat(text(command, "status")).isEqualTo(id.equals(first) ? "SUPERSEDED" : "PENDING");
      assertThat(id).isIn(first, other, second);
    }
    assertThat(cloud.updates()).hasSize(3);
  }

  @Test
  void aCommandThatIsOverIsNotSuperseded() throws IOException {
    send("{\"actuator\":\"fan\",\"value\":true}");
    var over = new java.util.HashMap<>(commands().getFirst());
    over.put("status", Attributes.text("SUCCEEDED"));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(over));

    send("{\"actuator\":\"fan\",\"value\":false}");

    assertThat(commands().stream().map(one -> text(one, "status")))
        .containsExactlyInAnyOrder("SUCCEEDED", "PENDING");
  }

  @Test
  void aCommandThatTheShadowDidNotTakeIsFailedAndTheAnswerSaysSo() throws IOException {
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:UpdateThingShadow\",\"Resource\":\"*\"}");

    var answer = send("{\"actuator\":\"fan\",\"value\":true}");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(text(commands().getFirst(), "status")).isEqualTo("FAILED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "no JSON",
        "{\"actuator\":\"fan\"}",
        "{\"actuator\":\"fan\",\"value\":{}}",
        "{\"actuator\":\"a b\",\"value\":1}",
        "{\"actuator\":7,\"value\":1}",
        "{\"actuator\":\"fan\",\"value\":1,\"validForMs\":5}",
        "{\"actuator\":\"fan\",\"value\":1e500}"
      })
  void aWrongCommandIsRefusedAndSaysWhatWasExpected(String body) throws IOException {
    var answer = send(body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail")).contains("expected");
    assertThat(commands()).isEmpty();
    assertThat(cloud.updates()).isEmpty();
  }

  @Test
  void aViewerMaySendNoCommandAndAnOperatorMayWriteNoRule() throws IOException {
    var command =
        call(
            "POST /devices/{device}/commands",
            Map.of("device", "gw"),
            "[viewer]",
            "{\"actuator\":\"fan\",\"value\":true}");
    var rule = call("PUT /rules/{rule}", Map.of("rule", "hot"), "[operator]", "{}");

    assertThat(command.status()).isEqualTo(403);
    assertThat(rule.status()).isEqualTo(403);
    assertThat(cloud.updates()).isEmpty();
  }

  @Test
  void aCommandToADeviceThatWasNeverHeardIsNotFound() throws IOException {
    var answer =
        call(
            "POST /devices/{device}/commands",
            Map.of("device", "nobody"),
            "[admin]",
            "{\"actuator\":\"fan\",\"value\":true}");

    assertThat(answer.status()).isEqualTo(404);
  }

  private Invocation.Answer send(String key, String body) throws IOException {
    return Invocation.api(
        function,
        "POST /devices/{device}/commands",
        Map.of("device", "gw"),
        Map.of(),
        "[operator]",
        body,
        Map.of("idempotency-key", key));
  }

  @Test
  void whatIsSentTwiceUnderOneKeyIsOneCommandWithOneAnswer() throws IOException {
    var first = send("k-1", FAN_ON);
    var again = send("k-1", FAN_ON);
    var another = send("k-2", FAN_ON);

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.body().members()).isEqualTo(first.body().members());
    assertThat(another.body().text("id")).isNotEqualTo(first.body().text("id"));
    assertThat(commands()).hasSize(2);
    // Once it was superseded, it is not desired again.
    int updates = cloud.updates().size();
    assertThat(send("k-1", FAN_ON).body().members()).isEqualTo(first.body().members());
    assertThat(cloud.updates()).hasSize(updates);
  }

  @Test
  void aKeyIsOfOneRequestOnly() throws IOException {
    send("k-1", FAN_ON);

    var other = send("k-1", "{\"actuator\":\"fan\",\"value\":false}");

    assertThat(other.status()).isEqualTo(422);
    assertThat(other.body().text("detail")).contains("expected the request that it was used for");
    assertThat(send("has space", FAN_ON).status()).isEqualTo(400);
    assertThat(send("x".repeat(256), FAN_ON).status()).isEqualTo(400);
    assertThat(commands()).hasSize(1);
  }

  /// The function ends before or after any of its calls; whoever asks again has one command.
  @Test
  void aRequestThatNobodyAnsweredIsOneCommandWhenItIsSentAgain() throws IOException {
    int ended = 0;
    for (int edge = 1; edge <= 40; edge++) {
      var before = commands().size();
      cloud.endAt(edge);
      try {
        send("k-" + edge, FAN_ON);
      } catch (Cloud.Ended anywhere) {
        ended++;
      }
      cloud.endAt(0);

      var answer = send("k-" + edge, FAN_ON);

      assertThat(answer.status()).as("ended at edge %d", edge).isEqualTo(202);
      assertThat(commands()).as("ended at edge %d", edge).hasSize(before + 1);
      assertThat(cloud.updates().getLast()).contains(answer.body().text("id"));
    }
    assertThat(ended).isBetween(10, 39);
  }

  @Test
  void aCommandThatTheShadowDidNotTakeIsTakenWhenItIsSentAgain() throws IOException {
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:UpdateThingShadow\",\"Resource\":\"*\"}");
    assertThat(send("k-1", FAN_ON).status()).isEqualTo(502);
    cloud.allowAgain();

    assertThat(send("k-1", FAN_ON).status()).isEqualTo(202);

    assertThat(cloud.updates()).hasSize(1);
    assertThat(text(commands().getFirst(), "status")).isEqualTo("PENDING");
  }

  @Test
  void aLiveRequestIsDesiredForAMinute() throws IOException {
    var answer = call("POST /devices/{device}/live", Map.of("device", "gw"), "[viewer]", "{}");

    assertThat(answer.body().whole("untilMs")).isEqualTo(NOW + 60_000);
    assertThat(cloud.updates())
        .containsExactly("gw/live {\"state\":{\"desired\":{\"untilMs\":1764042060000}}}");
  }

  @Test
  void aRuleIsWrittenAsItIsReadAndDeleted() throws IOException {
    var body = "{\"device\":\"gw\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":30}";

    var put = call("PUT /rules/{rule}", Map.of("rule", "hot"), "[admin]", body);

    assertThat(put.status()).isEqualTo(200);
    assertThat(new String(put.body().toBytes(), UTF_8))
        .isEqualTo(
            "{\"name\":\"hot\",\"device\":\"gw\",\"sensor\":\"t\",\"side\":\"ABOVE\","
                + "\"threshold\":30,\"hysteresis\":0}");
    assertThat(call("DELETE /rules/{rule}", Map.of("rule", "hot"), "[admin]", null).status())
        .isEqualTo(200);
    assertThat(call("DELETE /rules/{rule}", Map.of("rule", "hot"), "[admin]", null).status())
        .isEqualTo(404);
  }

  /// And what it has come to on devices of the group goes with it; of others it stays.
  @Test
  void aRuleOfAGroupNeedsTheGroupAndIsForgottenOnAllItsDevices() throws IOException {
    var body = "{\"group\":\"shed\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":30}";
    var path = Map.of("rule", "hot");
    var early = call("PUT /rules/{rule}", path, "[admin]", body);
    assertThat(early.status()).isEqualTo(404);
    assertThat(early.body().text("detail")).isEqualTo("no group 'shed'");
    var members = new Members(cloud);
    members.group("shed");
    members.join("shed", "gw", "gw");
    members.join("shed", "gw:child", "gw");
    assertThat(call("PUT /rules/{rule}", path, "[admin]", body).body().members())
        .containsEntry("group", "shed")
        .doesNotContainKey("device");
    for (var rule : List.of("hot", "other")) {
      for (var device : List.of("gw", "gw:child", "gw:left")) {
        var state =
            Map.of(
                "device",
                Attributes.text(device),
                "rule",
                Attributes.text(rule),
                "thing",
                Attributes.text("gw"));
        put(FleetKeys.standing(device, rule), state);
        put(FleetKeys.alarm("gw", device, rule), state);
      }
    }

    assertThat(call("DELETE /rules/{rule}", path, "[admin]", null).status()).isEqualTo(200);

    var left =
        cloud.items(cloud.fleetTable()).stream()
            .filter(item -> item.containsKey("rule"))
            .map(item -> item.get("rule").s())
            .toList();
    assertThat(left).hasSize(6).containsOnly("other");
  }

  private void put(Key key, Map<String, AttributeValue> attributes) {
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(key.with(attributes)));
  }

  /// So that it can be deleted at all.
  @Test
  void aRuleAboutADeviceThatIsGoneCanBeDeleted() throws IOException {
    rule("PUT", 30, Map.of());
    var key = FleetKeys.device("gw").attributes();
    cloud.tables().deleteItem(delete -> delete.tableName(cloud.fleetTable()).key(key));

    assertThat(rule("PUT", 31, Map.of()).status()).isEqualTo(404);
    assertThat(rule("DELETE", 0, Map.of()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"device\":\"gw\",\"group\":\"shed\"}|device: expected one of device, group and type, got '2 of them'",
        "{\"type\":\"a:b\"}|type: expected 1 to 64 letters, digits, '_' or '-', got 'a:b'",
        "{}|device: expected one of device, group and type, got '0 of them'"
      })
  void aRuleIsAboutADeviceOrAGroupOrAType(String subject, String told) throws IOException {
    var body =
        subject.replaceFirst(
            "}$",
            (subject.length() > 2 ? "," : "")
                + "\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":30}");

    var answer = call("PUT /rules/{rule}", Map.of("rule", "hot"), "[admin]", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail")).contains(told);
  }

  private Invocation.Answer rule(String method, int threshold, Map<String, String> headers)
      throws IOException {
    return Invocation.api(
        function,
        method + " /rules/{rule}",
        Map.of("rule", "hot"),
        Map.of(),
        "[admin]",
        "{\"device\":\"gw\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":" + threshold + "}",
        headers);
  }

  @Test
  void aRuleIsChangedOnlyAsItWasRead() throws IOException {
    assertThat(rule("PUT", 1, Map.of("if-match", "*")).status()).isEqualTo(412);
    var made = rule("PUT", 30, Map.of("if-none-match", "*"));
    assertThat(made.status()).isEqualTo(200);
    assertThat(rule("PUT", 31, Map.of("if-none-match", "*")).status()).isEqualTo(412);
    var etag = made.headers().text("etag");

    var changed = rule("PUT", 31, Map.of("if-match", etag));
    assertThat(changed.status()).isEqualTo(200);
    var late = rule("PUT", 32, Map.of("if-match", etag));
    assertThat(late.status()).isEqualTo(412);
    assertThat(late.body().text("detail"))
        .isEqualTo("expected " + etag + " there, got " + changed.headers().text("etag"));
    assertThat(rule("DELETE", 0, Map.of("if-match", etag)).status()).isEqualTo(412);
    assertThat(rule("PUT", 33, Map.of("if-match", "\"x\", *")).status()).isEqualTo(200);
    assertThat(rule("PUT", 34, Map.of("if-none-match", "\"x\"")).status()).isEqualTo(400);
    assertThat(rule("DELETE", 0, Map.of("if-match", "*")).status()).isEqualTo(200);
  }

  /// Ten at once, all of whom read the same: one changes it.
  @Test
  void ofManyWhoReadTheSameOneChangesIt() throws Exception {
    var etag = rule("PUT", 30, Map.of()).headers().text("etag");
    var together = new CyclicBarrier(10);
    var statuses = new ArrayList<Integer>();
    try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Invocation.Answer>>();
      for (int i = 0; i < 10; i++) {
        int threshold = 40 + i;
        answers.add(
            all.submit(() -> {
              together.await();
              return rule("PUT", threshold, Map.of("if-match", etag));
            }));
      }
      for (var answer : answers) {
        statuses.add(answer.get().status());
      }
    }

    assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
  }

  @Test
  void aWrongRuleIsRefusedAndNamesThePlace() throws IOException {
    var answer =
        call(
            "PUT /rules/{rule}",
            Map.of("rule", "hot"),
            "[admin]",
            "{\"device\":\"gw\",\"sensor\":\"t\",\"side\":\"OVER\",\"threshold\":30}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail")).contains("/side: expected one of [ABOVE, BELOW]");
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
    assertThat(cloud.answered(GetItemRequest.class)).isNotEmpty();
  }
}
