// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.scheduler.Schedules;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;

/// Schedules through the API, on EventBridge Scheduler as the local stack has it.
@ExtendWith(SharedStack.class)
final class ScheduleRoutesTest {
  private static final String NAME = "/schedules/{schedule}";

  private final Cloud cloud;
  private final Environment environment;
  private final ScheduleHandler function;

  ScheduleRoutesTest(Cloud cloud) {
    this.cloud = cloud;
    environment =
        new Environment(
            Map.of(
                "FLEET_TABLE", cloud.fleetTable(),
                "SCHEDULE_GROUP", cloud.named("group"),
                "SCHEDULE_QUEUE_ARN", cloud.queueArn(),
                "SCHEDULE_ROLE_ARN", cloud.role("scheduler.amazonaws.com"),
                "SCHEDULE_DEAD_LETTER_ARN", cloud.queueArn(),
                "AUDIT_RETENTION_DAYS", "90"));
    function = new ScheduleHandler(environment, cloud.tables(), cloud.schedules());
  }

  @BeforeEach
  void aGroupAndDevices() {
    cloud.schedules().createScheduleGroup(create -> create.name(cloud.named("group")));
    for (var device : List.of("a", "b")) {
      cloud
          .tables()
          .putItem(put ->
              put.tableName(cloud.fleetTable())
                  .item(FleetKeys.device(device).with(Map.of("thing", Attributes.text(device)))));
    }
  }

  private Invocation.Answer call(String method, String name, @Nullable String body)
      throws IOException {
    return call(method, name, body, Map.of());
  }

  private Invocation.Answer call(
      String method, String name, @Nullable String body, Map<String, String> headers)
      throws IOException {
    return Invocation.api(
        function,
        method + " " + NAME,
        Map.of("schedule", name),
        Map.of(),
        "[operator]",
        body,
        headers);
  }

  private static Map<String, String> ifMatch(String etag) {
    return Map.of("if-match", etag);
  }

  private String etag(String name) throws IOException {
    return call("GET", name, null).headers().text("etag");
  }

  private List<String> listed() throws IOException {
    return Invocation.api(function, "GET /schedules", Map.of(), Map.of(), "[viewer]", null)
        .body()
        .objects("schedules")
        .stream()
        .map(one -> String.valueOf(one.members().get("schedule")))
        .toList();
  }

  private static String daily(String more) {
    return """
    {"cron":"30 6 ? * MON-FRI *","timeZone":"Europe/Berlin","devices":["a","b"],
     "actuator":"fan","value":true%s}
    """
        .formatted(more);
  }

  private GetScheduleResponse kept(String name) {
    return cloud.schedules().getSchedule(get -> get.name(name).groupName(cloud.named("group")));
  }

  @Test
  void aScheduleIsMadeChangedPausedAndDeleted() throws IOException {
    var made = call("PUT", "morning", daily(",\"description\":\"air\""));
    assertThat(made.status()).as(made.body().members().toString()).isEqualTo(200);
    assertThat(made.body().members())
        .containsEntry("schedule", "morning")
        .containsEntry("by", "ada")
        .containsEntry("cron", "30 6 ? * MON-FRI *")
        .containsEntry("timeZone", "Europe/Berlin")
        .containsEntry("enabled", true)
        .containsEntry("validForMs", 60_000L)
        .containsEntry("devices", List.of("a", "b"));
    assertThat(call("GET", "morning", null).body().members()).isEqualTo(made.body().members());
    assertThat(kept("morning").target().retryPolicy().maximumEventAgeInSeconds()).isEqualTo(600);

    call("PUT", "morning", daily(",\"enabled\":false,\"validForMs\":5000"));
    assertThat(call("GET", "morning", null).body().members())
        .containsEntry("enabled", false)
        .containsEntry("validForMs", 5_000L)
        .doesNotContainKey("description");
    assertThat(kept("morning").stateAsString()).isEqualTo("DISABLED");
    call("PUT", "evening", daily("").replace("30 6", "0 22"));
    assertThat(listed()).containsExactly("evening", "morning");

    assertThat(call("DELETE", "morning", null).status()).isEqualTo(200);
    assertThat(call("DELETE", "morning", null).status()).isEqualTo(404);
    assertThat(call("GET", "morning", null).status()).isEqualTo(404);
    assertThat(listed()).containsExactly("evening");
  }

  @Test
  void aScheduleIsChangedOnlyAsItWasRead() throws IOException {
    assertThat(call("PUT", "s", daily(""), ifMatch("*")).status()).isEqualTo(412);
    assertThat(listed()).as("what is refused makes nothing").isEmpty();
    var isNew = Map.of("if-none-match", "*");
    var made = call("PUT", "s", daily(",\"validForMs\":5000").replace("true", "1.50"), isNew);
    assertThat(made.status()).isEqualTo(200);
    assertThat(call("PUT", "s", daily(""), isNew).status()).isEqualTo(412);
    var read = etag("s");
    assertThat(made.headers().text("etag")).isEqualTo(read).matches("\"[0-9a-f]{32}\"");

    assertThat(call("PUT", "s", daily(""), ifMatch(read)).status()).isEqualTo(200);
    var late = call("PUT", "s", daily(",\"enabled\":false"), ifMatch(read));
    assertThat(late.status()).isEqualTo(412);
    assertThat(late.body().text("detail"))
        .isEqualTo("expected " + read + " there, got " + etag("s"));
    assertThat(call("GET", "s", null).body().members()).containsEntry("enabled", true);
    assertThat(call("PUT", "s", daily(",\"enabled\":false"), ifMatch("*")).status()).isEqualTo(200);
  }

  /// Ten at once, all of whom read the same: one changes it, and it is as that one wants it.
  @Test
  void ofManyWhoReadTheSameOneChangesIt() throws Exception {
    call("PUT", "s", daily(""));
    var read = etag("s");
    var together = new CyclicBarrier(10);
    var taken = new ArrayList<Object>();
    var statuses = new ArrayList<Integer>();
    try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Invocation.Answer>>();
      for (int i = 0; i < 10; i++) {
        var body = daily(",\"validForMs\":" + (5_000 + i));
        answers.add(
            all.submit(() -> {
              together.await();
              return call("PUT", "s", body, ifMatch(read));
            }));
      }
      for (var answer : answers) {
        statuses.add(answer.get().status());
        if (answer.get().status() == 200) {
          taken.add(answer.get().body().members());
        }
      }
    }

    assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
    assertThat(taken).containsExactly(call("GET", "s", null).body().members());
  }

  /// What was noted and not told to EventBridge Scheduler yet may still be, after another's change.
  @Test
  void whatIsOnItsWayIsAChangeAlready() throws IOException {
    int between = 0;
    for (int edge = 1; edge <= 20; edge++) {
      call("PUT", "s", daily(""));
      var read = etag("s");
      cloud.endAt(edge);
      try {
        call("PUT", "s", daily(",\"enabled\":false"));
      } catch (Cloud.Ended anywhere) {
        // Another has come meanwhile, below.
      }
      cloud.endAt(0);
      boolean isNoted = !etag("s").equals(read);
      if (isNoted && kept("s").stateAsString().equals("ENABLED")) {
        between++;
      }

      int status = call("PUT", "s", daily(",\"validForMs\":5000"), ifMatch(read)).status();

      assertThat(status).as("edge " + edge).isEqualTo(isNoted ? 412 : 200);
      assertThat(call("PUT", "s", daily(",\"validForMs\":5000"), ifMatch(etag("s"))).status())
          .as("who reads it as it is now may change it")
          .isEqualTo(200);
    }
    assertThat(between).isPositive();
  }

  @Test
  void whatEventBridgeSchedulerDoesNotTakeChangesNothing() throws IOException {
    call("PUT", "s", daily(""));
    var read = etag("s");
    var before = cloud.items(cloud.fleetTable());

    var refused =
        call("PUT", "s", daily("").replace("30 6", "61 6").replace(",\"b\"", ""), ifMatch(read));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(etag("s")).isEqualTo(read);
    assertThat(cloud.items(cloud.fleetTable()))
        .filteredOn(item -> item.get("pk").s().equals(FleetKeys.SCHEDULES))
        .isEqualTo(
            before.stream()
                .filter(item -> item.get("pk").s().equals(FleetKeys.SCHEDULES))
                .toList());
  }

  /// At its time, as its role, with the time at which it was due.
  @Test
  void whenItIsDueTheQueueOfCommandsIsTold() throws Exception {
    var due =
        LocalDateTime.ofInstant(Instant.now(), ZoneId.of("Asia/Tokyo")).withNano(0).plusSeconds(2);
    var at = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").format(due);
    var body =
        "{\"at\":\"%s\",\"timeZone\":\"Asia/Tokyo\",\"devices\":[\"a\"],\"actuator\":\"fan\",\"value\":21.5}";
    assertThat(call("PUT", "once", body.formatted(at)).body().text("at")).isEqualTo(at);

    var messages =
        cloud
            .queues()
            .receiveMessage(r -> r.queueUrl(cloud.queueUrl()).waitTimeSeconds(20))
            .messages();

    assertThat(messages).hasSize(1);
    var message = JsonObject.parse(messages.getFirst().body());
    assertThat(message.members())
        .containsEntry("schedule", "once")
        .containsEntry("dueAt", due.atZone(ZoneId.of("Asia/Tokyo")).toInstant().toString())
        .containsEntry("actuator", "fan")
        .containsEntry("devices", List.of("a"));
    // It stays to be seen until somebody deletes it.
    assertThat(listed()).containsExactly("once");
  }

  /// Wherever the function ends: asked again it is as it was asked for, and the list has it.
  @Test
  void aRequestThatNobodyAnsweredIsDoneWhenItIsSentAgain() throws IOException {
    for (int edge = 1; edge <= 20; edge++) {
      var name = "s" + edge;
      cloud.endAt(edge);
      try {
        call("PUT", name, daily(""));
      } catch (Cloud.Ended anywhere) {
        // Asked again below.
      }
      cloud.endAt(0);
      assertThat(listed()).hasSizeBetween(edge - 1, edge);
      assertThat(call("PUT", name, daily("")).status()).isEqualTo(200);
      assertThat(listed()).contains(name).hasSize(edge);
    }
  }

  @Test
  void aDeviceThatIsDeletedLeavesItsSchedulesAndTakesThoseThatWereItsAlone() throws IOException {
    call("PUT", "both", daily(""));
    call("PUT", "alone", daily("").replace(",\"b\"", ""));
    call("PUT", "other", daily("").replace("\"a\",", ""));
    var schedules =
        new Schedules(
            cloud.tables(), cloud.fleetTable(), cloud.schedules(), Schedules.Place.of(environment));
    for (int edge = 3; edge < 12; edge++) {
      cloud.endAt(edge);
      try {
        schedules.forgetDevice("a", "ada", 5);
      } catch (Cloud.Ended anywhere) {
        // It goes on when the deletion does.
      }
      cloud.endAt(0);
    }

    schedules.forgetDevice("a", "ada", 5);

    assertThat(listed()).containsExactly("both", "other");
    assertThat(call("GET", "both", null).body().members())
        .containsEntry("devices", List.of("b"))
        .containsEntry("cron", "30 6 ? * MON-FRI *");
    assertThat(kept("both").target().input()).doesNotContain("\"a\"");
    assertThat(cloud.items(cloud.fleetTable()).toString()).doesNotContain("alone=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "bad name|{}|400|schedule: expected 1 to 64 letters",
        "s|{}|400|expected either /at or /cron",
        "s|{'at':'2027-01-01T00:00:00','cron':'0 0 * * ? *'}|400|expected either /at or /cron",
        "s|{'at':'tomorrow','devices':['a'],'actuator':'f','value':1}|400|/at: expected a time like 2026-12-01T06:30:00, got tomorrow",
        "s|{'at':'2020-01-01T00:00:00','devices':['a'],'actuator':'f','value':1}|400|/at: expected a time that comes, got 2020-01-01T00:00 in UTC",
        "s|{'at':'2027-03-28T02:30:00','timeZone':'Europe/Berlin','devices':['a'],'actuator':'f','value':1}|400|/at: there is no such time in Europe/Berlin",
        "s|{'cron':'0 0 * * ? *','timeZone':'Mars/Base','devices':['a'],'actuator':'f','value':1}|400|/timeZone: expected a name of the time zone database like Europe/Berlin, got Mars/Base",
        "s|{'cron':'0 0 * * *','devices':['a'],'actuator':'f','value':1}|400|/cron: expected minutes, hours",
        "s|{'cron':'61 0 * * ? *','devices':['a'],'actuator':'f','value':1}|400|EventBridge Scheduler: Invalid Schedule Expression cron(61 0 * * ? *)",
        "s|{'cron':'0 0 * * ? *','devices':[],'actuator':'f','value':1}|400|/devices, /groups: expected 1 to 100 of both, got 0",
        "s|{'cron':'0 0 * * ? *','devices':['zz'],'actuator':'f','value':1}|404|no device 'zz' was ever heard",
        "s|{'cron':'0 0 * * ? *','groups':['none'],'actuator':'f','value':1}|404|no group 'none'",
        "s|{'cron':'0 0 * * ? *','devices':['a'],'actuator':'f'}|400|value: expected true, false",
        "s|{'cron':'0 0 * * ? *','devices':['a'],'actuator':'f','value':1,'zone':'UTC'}|400|/zone: not known",
      })
  void whatMakesNoSenseIsRefusedAndMakesNoSchedule(
      String name, String body, int status, String told) throws IOException {
    var answer = call("PUT", name, body.replace('\'', '"'));

    assertThat(answer.status()).as(answer.body().members().toString()).isEqualTo(status);
    assertThat(answer.body().text("detail")).contains(told);
    assertThat(listed()).isEmpty();
    assertThat(cloud.items(cloud.fleetTable()))
        .noneMatch(item -> item.get("pk").s().equals(FleetKeys.SCHEDULES));
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    int before = cloud.items(cloud.fleetTable()).size();

    function.prime();

    assertThat(cloud.items(cloud.fleetTable())).hasSize(before);
  }
}
