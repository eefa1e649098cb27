// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.iot.model.Job;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;
import software.amazon.awssdk.services.iotjobsdataplane.IotJobsDataPlaneClient;

/// Fleet work through the API, on jobs of AWS IoT as the local stack has them.
@ExtendWith(SharedStack.class)
final class JobRoutesTest {
  private static final String REBOOT = "{\"fieldline\":{\"type\":\"reboot\"}}";

  private static final String PRESIGNING_ROLE = "arn:aws:iam::000000000000:role/updates";

  private final Cloud cloud;
  private final JobsHandler function;
  private final IotJobsDataPlaneClient devices;

  JobRoutesTest(Cloud cloud) {
    this.cloud = cloud;
    devices = cloud.jobs();
    function = function(Map.of());
  }

  private JobsHandler function(Map<String, String> more) {
    var variables = new HashMap<>(more);
    variables.putAll(
        Map.of(
            "FLEET_TABLE",
            cloud.fleetTable(),
            "JOB_PREFIX",
            cloud.named("fieldline-dev") + "-",
            "IOT_ARN_PREFIX",
            "arn:aws:iot:us-east-1:000000000000:",
            "ROTATION_TEMPLATE",
            "fieldline-dev-rotation",
            "PRESIGNING_ROLE_ARN",
            PRESIGNING_ROLE,
            "AUDIT_RETENTION_DAYS",
            "90"));
    return new JobsHandler(
        new Environment(variables), cloud.tables(), cloud.iot(), RandomGenerator.getDefault());
  }

  private String device(String name) {
    var thing = cloud.named(name);
    cloud.iot().createThing(create -> create.thingName(thing));
    heard(thing, thing);
    return thing;
  }

  private void heard(String device, String thing) {
    cloud
        .tables()
        .putItem(put ->
            put.tableName(cloud.fleetTable())
                .item(FleetKeys.device(device).with(Map.of("thing", Attributes.text(thing)))));
  }

  private void putGroup(String group) {
    var item = Grouping.GROUP.key(group).with(Map.of("devices", Attributes.number(0)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private Invocation.Answer call(String route, Map<String, String> path, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, path, Map.of(), "[admin]", body);
  }

  private Invocation.Answer create(String body) throws IOException {
    return call("POST /jobs", Map.of(), body);
  }

  private Invocation.Answer create(String body, String key) throws IOException {
    return Invocation.api(
        function,
        "POST /jobs",
        Map.of(),
        Map.of(),
        "[admin]",
        body,
        Map.of("idempotency-key", key));
  }

  private String made(String body) throws IOException {
    var answer = create(body);
    assertThat(answer.status()).as(answer.body().members().toString()).isEqualTo(202);
    return answer.body().text("job");
  }

  private static String of(String thing) {
    return "{\"document\":%s,\"devices\":[\"%s\"]}".formatted(REBOOT, thing);
  }

  private JsonObject job(String job) throws IOException {
    return call("GET /jobs/{job}", Map.of("job", job), null).body();
  }

  private void report(String job, String thing, String status, Map<String, String> details) {
    devices.startNextPendingJobExecution(start -> start.thingName(thing));
    devices.updateJobExecution(update ->
        update
            .jobId(cloud.named("fieldline-dev") + "-" + job)
            .thingName(thing)
            .status(status)
            .statusDetails(details));
  }

  private List<String> listed(String status, String job) throws IOException {
    var all = new ArrayList<String>();
    var query = new HashMap<>(Map.of("limit", "7", "status", status));
    while (true) {
      var body =
          Invocation.api(
                  function, "GET /jobs/{job}/devices", Map.of("job", job), query, "[viewer]", null)
              .body();
      for (var one : body.objects("devices")) {
        all.add(one.text("device"));
      }
      if (!body.has("cursor")) {
        return all;
      }
      query.put("cursor", body.text("cursor"));
    }
  }

  @Test
  void aJobIsMadeFollowedAndForgotten() throws IOException {
    var thing = device("one");

    var answer =
        create(
            """
            {"document":{"fieldline":{"type":"rotate-certificate"}},"devices":["%s"],
             "description":"yearly","timeoutMinutes":30,"retries":{"failed":1}}
            """
                .formatted(thing));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().members())
        .containsEntry("by", "ada")
        .containsEntry("type", "rotate-certificate")
        .containsEntry("description", "yearly")
        .containsEntry("status", "IN_PROGRESS")
        .containsEntry("devices", List.of(thing));
    var job = answer.body().text("job");
    assertThat(job(job).object("document").object("fieldline").members())
        .containsEntry("template", "fieldline-dev-rotation");

    report(job, thing, "FAILED", Map.of("reason", "no network"));
    assertThat(job(job).object("counts").whole("queued")).isEqualTo(1);
    report(job, thing, "SUCCEEDED", Map.of("certificateId", "c2"));

    var path = Map.of("job", job, "device", thing);
    assertThat(call("GET /jobs/{job}/devices/{device}", path, null).body().members())
        .containsEntry("status", "SUCCEEDED")
        .containsEntry("execution", 2L)
        .containsEntry("details", Map.of("certificateId", "c2"));
    assertThat(job(job).text("status")).isEqualTo("COMPLETED");
    assertThat(job(job).object("counts").whole("succeeded")).isEqualTo(1);
    assertThat(
            call("GET /devices/{device}/jobs", Map.of("device", thing), null)
                .body()
                .objects("jobs"))
        .extracting(one -> one.text("job") + " " + one.text("status"))
        .containsExactly(job + " SUCCEEDED", job + " FAILED");

    assertThat(call("DELETE /jobs/{job}", Map.of("job", job), null).status()).isEqualTo(200);
    assertThat(call("GET /jobs/{job}", Map.of("job", job), null).status()).isEqualTo(404);
    assertThat(call("GET /jobs", Map.of(), null).body().objects("jobs")).isEmpty();
  }

  /// Ten are told at first; three of them fail; the other forty are never told.
  @Test
  void aRolloutThatFailsTooOftenEndsByItself() throws IOException {
    var things = IntStream.range(0, 50).mapToObj(i -> device("fleet-" + i)).toList();
    var job =
        made(
            """
            {"document":%s,"devices":["%s"],
             "rollout":{"growing":{"basePerMinute":10,"factor":2,"afterSucceeded":5},"maximumPerMinute":100},
             "abort":[{"of":"FAILED","percent":25,"atLeast":10}]}
            """
                .formatted(REBOOT, String.join("\",\"", things)));
    var told = listed("QUEUED", job);
    assertThat(told).hasSize(10).doesNotHaveDuplicates();

    report(job, told.get(0), "SUCCEEDED", Map.of());
    report(job, told.get(1), "FAILED", Map.of("reason", "no room"));
    report(job, told.get(2), "FAILED", Map.of("reason", "no room"));
    assertThat(job(job).text("status")).isEqualTo("IN_PROGRESS");
    devices.startNextPendingJobExecution(start -> start.thingName(told.get(4)));
    report(job, told.get(3), "FAILED", Map.of("reason", "no room"));

    var aborted = job(job);
    assertThat(aborted.text("status")).isEqualTo("CANCELED");
    assertThat(aborted.object("counts").members())
        .containsEntry("failed", 3L)
        .containsEntry("succeeded", 1L)
        .containsEntry("inProgress", 1L)
        .containsEntry("canceled", 5L)
        .containsEntry("queued", 0L);
    assertThat(listed("FAILED", job)).containsExactlyInAnyOrderElementsOf(told.subList(1, 4));
    assertThat(devices.getPendingJobExecutions(get -> get.thingName(things.getLast())).queuedJobs())
        .isEmpty();
    // It had begun, and goes on to its end, which is counted.
    devices.updateJobExecution(update ->
        update
            .jobId(cloud.named("fieldline-dev") + "-" + job)
            .thingName(told.get(4))
            .status("SUCCEEDED"));
    assertThat(job(job).object("counts").whole("succeeded")).isEqualTo(2);
  }

  @Test
  void whoComesToTheGroupLaterGetsAContinuousJobToo() throws IOException {
    var group = cloud.named("fieldline-dev") + "-gateways";
    putGroup("gateways");
    var first = device("first");
    var second = device("second");
    cloud.iot().createThingGroup(create -> create.thingGroupName(group));
    cloud.iot().addThingToThingGroup(add -> add.thingName(first).thingGroupName(group));
    var job =
        made(
            "{\"document\":%s,\"groups\":[\"%s\"],\"continuous\":true}"
                .formatted(REBOOT, "gateways"));
    report(job, first, "SUCCEEDED", Map.of());

    cloud.iot().addThingToThingGroup(add -> add.thingName(second).thingGroupName(group));

    assertThat(listed("QUEUED", job)).containsExactly(second);
    assertThat(job(job).members())
        .containsEntry("status", "IN_PROGRESS")
        .containsEntry("groups", List.of("gateways"))
        .containsEntry("continuous", true);
  }

  @Test
  void oneThatIsCanceledIsToldToNobodyAnyMore() throws IOException {
    var waiting = device("waiting");
    var begun = device("begun");
    var job =
        made("{\"document\":%s,\"devices\":[\"%s\",\"%s\"]}".formatted(REBOOT, waiting, begun));
    devices.startNextPendingJobExecution(start -> start.thingName(begun));
    assertThat(call("DELETE /jobs/{job}", Map.of("job", job), null).body().text("detail"))
        .contains("cancel it first");

    var path = Map.of("job", job);
    var answer = call("POST /jobs/{job}/cancel", path, "{\"comment\":\"wrong build\"}");

    assertThat(answer.body().members())
        .containsEntry("status", "CANCELED")
        .containsEntry("reasonCode", "ASKED")
        .containsEntry("comment", "wrong build");
    assertThat(listed("CANCELED", job)).containsExactly(waiting);
    assertThat(call("POST /jobs/{job}/cancel", path, "{}").status()).isEqualTo(200);
    var execution = Map.of("job", job, "device", begun);
    var cancel = "POST /jobs/{job}/devices/{device}/cancel";
    assertThat(call(cancel, execution, "{}").status()).isEqualTo(409);
    assertThat(call(cancel, execution, "{\"force\":true,\"comment\":\"stuck\"}").body().members())
        .containsEntry("status", "CANCELED")
        .containsEntry("details", Map.of("comment", "stuck"));
    assertThat(call(cancel, Map.of("job", job, "device", "none"), "{}").status()).isEqualTo(404);
    // Now it has ended for all, and that is kept.
    assertThat(job(job).object("counts").whole("canceled")).isEqualTo(2);
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:DescribeJob\",\"Resource\":\"*\"}");
    assertThat(job(job).text("status")).isEqualTo("CANCELED");
    cloud.allowAgain();
  }

  /// At whichever call the function ends: asked again there is one job, and after it was deleted
  /// none.
  @Test
  void aRequestThatNobodyAnsweredIsOneJobWhenItIsSentAgain() throws IOException {
    var thing = device("again");
    int ended = 0;
    var jobs = new TreeSet<String>();
    for (int edge = 1; edge <= 14; edge++) {
      var key = "key-" + edge;
      cloud.endAt(edge);
      try {
        create(of(thing), key);
      } catch (Cloud.Ended anywhere) {
        ended++;
      }
      cloud.endAt(0);
      var job = create(of(thing), key).body().text("job");
      assertThat(create(of(thing), key).body().text("job")).isEqualTo(job);
      jobs.add(job);
      assertThat(told(thing)).as("after edge %d", edge).isEqualTo(edge);
    }

    assertThat(ended).isGreaterThan(8);
    assertThat(jobs).hasSize(14);
    var job = create(of(thing), "key-1").body().text("job");
    call("POST /jobs/{job}/cancel", Map.of("job", job), "{}");
    call("DELETE /jobs/{job}", Map.of("job", job), null);
    assertThat(create(of(thing), "key-1").status()).isEqualTo(404);
    assertThat(create("{\"document\":%s,\"devices\":[\"x\"]}".formatted(REBOOT), "key-2").status())
        .isEqualTo(404);
    assertThat(told(thing)).isEqualTo(13);
  }

  private int told(String thing) {
    return cloud
        .iot()
        .listJobExecutionsForThing(
            list -> list.thingName(thing).status(JobExecutionStatus.QUEUED).maxResults(100))
        .executionSummaries()
        .size();
  }

  /// One that ended before AWS IoT had it, and that nobody asked for again.
  @Test
  void aJobThatNeverCameToBeSaysSoAndIsDeleted() throws IOException {
    var thing = device("lost");
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:CreateJob\",\"Resource\":\"*\"}");
    assertThat(create(of(thing)).status()).isEqualTo(502);
    cloud.allowAgain();

    var jobs = call("GET /jobs", Map.of(), null).body().objects("jobs");
    assertThat(jobs).extracting(one -> one.text("status")).containsExactly("ABSENT");
    var path = Map.of("job", jobs.getFirst().text("job"));
    assertThat(call("POST /jobs/{job}/cancel", path, "{}").status()).isEqualTo(409);
    assertThat(call("DELETE /jobs/{job}", path, null).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"devices\":[\"D\"]}|/document: expected an object",
        "{\"document\":R}|/devices, /groups: expected 1 to 100 of both, got 0",
        "{\"document\":R,\"devices\":[\"D\"],\"aborts\":[]}|/aborts: not known; known: document, devices",
        "{\"document\":R,\"devices\":[\"a b\"]}|/devices: expected names of letters",
        "{\"document\":R,\"devices\":[\"nobody\"]}|no device 'nobody' was ever heard or provisioned",
        "{\"document\":R,\"devices\":[\"D:child\"]}|is behind D",
        "{\"document\":R,\"groups\":[\"nogroup\"]}|nogroup",
        "{\"document\":R,\"devices\":[\"D\"],\"continuous\":true}|/continuous: expected at least one group",
        "{\"document\":{\"fieldline\":{\"type\":\"dance\"}},\"devices\":[\"D\"]}|expected one of run, rotate-certificate, reboot, update, upload-logs, got dance",
        "{\"document\":{\"fieldline\":{\"type\":\"run\"}},\"devices\":[\"D\"]}|fieldline/program: expected a text, got nothing",
        "{\"document\":{\"fieldline\":{\"type\":\"reboot\",\"now\":true}},\"devices\":[\"D\"]}|fieldline/now: not known; known: type",
        "{\"document\":{\"fieldline\":{\"type\":\"upload-logs\",\"url\":\"${aws:iot:s3-presigned-url:https://s3.amazonaws.com/b/k}\"}},\"devices\":[\"D\"]}|fieldline/url: expected an address for PUT",
        "{\"document\":R,\"devices\":[\"D\"],\"rollout\":{\"maximumPerMinute\":0}}|maximumPerMinute: expected a whole number from 1 to 1000, got 0",
        "{\"document\":R,\"devices\":[\"D\"],\"rollout\":{\"growing\":{\"basePerMinute\":5,\"factor\":1.25,\"afterNotified\":5}}}|factor: expected a number from 1.1 to 5 of at most 1 digits after the point, got 1.25",
        "{\"document\":R,\"devices\":[\"D\"],\"rollout\":{\"growing\":{\"basePerMinute\":5,\"factor\":2}}}|expected either afterNotified or afterSucceeded",
        "{\"document\":R,\"devices\":[\"D\"],\"abort\":[{\"of\":\"LATE\",\"percent\":5}]}|/abort/of: expected one of",
        "{\"document\":R,\"devices\":[\"D\"],\"abort\":[{\"of\":\"ALL\",\"percent\":0}]}|percent: expected a number from 0.01 to 100",
        "{\"document\":R,\"devices\":[\"D\"],\"timeoutMinutes\":10081}|timeoutMinutes: expected a whole number from 1 to 10080",
        "{\"document\":R,\"devices\":[\"D\"],\"retries\":{\"failed\":6,\"timedOut\":5}}|/retries: expected at most 10 in all, got 11",
      })
  void whatNoDeviceCouldDoIsRefusedAndMakesNoJob(String body, String told) throws IOException {
    var thing = device("wrong");
    heard(thing + ":child", thing);

    var answer = create(body.replace(":R", ":" + REBOOT).replace("\"D", "\"" + thing));

    assertThat(answer.status()).isBetween(400, 404);
    assertThat(answer.body().text("detail")).contains(told.replace("behind D", "behind " + thing));
    assertThat(call("GET /jobs", Map.of(), null).body().objects("jobs")).isEmpty();
  }

  @Test
  void anAddressOfS3IsPresignedWithTheStagesRole() throws IOException {
    var thing = device("updated");
    var job =
        made(
            """
            {"document":{"fieldline":{"type":"update","version":"1.1.0","bytes":1,"unpackedBytes":1,
            "sha256":"a","signature":"b","url":"${aws:iot:s3-presigned-url:https://s3.us-east-1.amazonaws.com/b/k}"}},
            "devices":["%s"]}
            """
                .formatted(thing));
    var other = made(of(thing));

    assertThat(ofAws(job).presignedUrlConfig().roleArn()).isEqualTo(PRESIGNING_ROLE);
    assertThat(ofAws(other).presignedUrlConfig()).isNull();
  }

  private Job ofAws(String job) {
    var id = cloud.named("fieldline-dev") + "-" + job;
    return cloud.iot().describeJob(describe -> describe.jobId(id)).job();
  }

  /// The page is the agent's, too: what it can do and this does not know would be refused here.
  @Test
  void everyKindOfWorkOnThePageIsKnownAndNoOther() throws IOException {
    var page = Files.readString(Path.of("../docs/reference/jobs.md"));
    var onThePage =
        Pattern.compile("(?m)^\\| `([a-z-]+)` \\|").matcher(page).results().map(m -> m.group(1));
    var refused =
        create("{\"document\":{\"fieldline\":{\"type\":\"none\"}},\"devices\":[\"x\"]}").body();

    assertThat(refused.text("detail"))
        .contains("expected one of " + String.join(", ", onThePage.toList()) + ", got none");
  }

  @Test
  void ofManyJobsThePagesMissNone() throws IOException {
    var thing = device("many");
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      made.add(made(of(thing)));
    }
    var listed = new ArrayList<String>();
    var query = new HashMap<>(Map.of("limit", "2"));
    for (var more = true; more; ) {
      var body = Invocation.api(function, "GET /jobs", Map.of(), query, "[viewer]", null).body();
      for (var one : body.objects("jobs")) {
        listed.add(one.text("job"));
      }
      more = body.has("cursor");
      if (more) {
        query.put("cursor", body.text("cursor"));
      }
    }

    assertThat(listed).containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    function.prime();

    assertThat(cloud.items(cloud.fleetTable())).isEmpty();
  }
}
