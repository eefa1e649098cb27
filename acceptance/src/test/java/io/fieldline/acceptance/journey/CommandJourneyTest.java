// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.iotjobsdataplane.IotJobsDataPlaneClient;
import software.amazon.awssdk.services.s3.S3Client;

/// A command's way: from a person at the API to the actuator, and its outcome back.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
class CommandJourneyTest {
  private static final String ACTUATORS =
      """
      allowedPrograms: [/bin/false, /bin/sh]
      jobs:
        enabled: true
        programs:
          - {program: /bin/echo, arguments: ["[a-z ]+"]}
      actuators:
        lamp:
          type: switch
        dimmer: {type: switch, takes: number, minimum: 0, maximum: 100, step: 2.5, unit: "%"}
        broken:
          type: exec
          command: [/bin/false]
      """;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> OPEN = List.of("", "PENDING", "ACCEPTED");

  private final Pipeline pipeline;
  private final Person operator;
  private final Agent agent;

  CommandJourneyTest(Pipeline pipeline) throws IOException {
    this.pipeline = pipeline;
    operator = pipeline.person("operator");
    agent = known(pipeline.gateway("command-1"));
  }

  /// A device is known to the API by its first reading.
  private Agent known(Gateway gateway) throws IOException {
    Agent started = gateway.agent(ACTUATORS).connected();
    started.hears("here=1");
    Await.until(
        gateway.thing() + " in the API",
        Duration.ofSeconds(30),
        () -> operator.get("/devices/" + gateway.thing()).status(),
        status -> status == 200);
    return started;
  }

  @AfterAll
  void close() {
    agent.close();
  }

  @Test
  void aSwitchIsSwitchedAndItsOutcomeComesBack() throws Exception {
    String id = sent("command-1", "{\"actuator\": \"lamp\", \"value\": true}");

    JsonNode outcome = settled("command-1", id);

    assertThat(outcome.path("status").asText()).isEqualTo("SUCCEEDED");
    JsonNode commands = shadow("command-1", "commands");
    assertThat(commands.path("state").path("reported").path("lamp").path("id").asText())
        .isEqualTo(id);
    assertThat(commands.path("state").path("delta").isMissingNode())
        .as("no difference is left in %s", commands)
        .isTrue();
    JsonNode actuator =
        Await.until(
            "the lamp's state in the API",
            Duration.ofSeconds(10),
            () -> operator.get("/devices/command-1").body().path("actuators").path("lamp"),
            lamp -> lamp.path("reported").asBoolean());
    assertThat(actuator.path("desired").asBoolean()).isTrue();
  }

  /// Over the network, as the app sends it; and what is changed is in the audit log.
  @Test
  void whatIsSentTwiceUnderOneKeyIsOneCommand() {
    String path = "/devices/command-1/commands";
    String on = "{\"actuator\": \"lamp\", \"value\": true}";
    Map<String, String> key = Map.of("Idempotency-Key", "twice-" + System.nanoTime());

    Person.Answer first = operator.post(path, on, key);
    Person.Answer again = operator.post(path, on, key);
    Person.Answer other = operator.post(path, on.replace("true", "false"), key);

    assertThat(first.status()).isEqualTo(202);
    assertThat(again).isEqualTo(first);
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.body().path("title").asText()).isEqualTo("Unprocessable Content");
    JsonNode command = operator.command("command-1", first.body().path("id").asText(), _ -> true);
    JsonNode entries = pipeline.person("admin").get("/audit?limit=200").body().path("entries");
    assertThat(entries)
        .anySatisfy(one -> {
          assertThat(one.path("by")).isEqualTo(command.path("by"));
          assertThat(one.path("route").asText()).isEqualTo("POST /devices/{device}/commands");
          assertThat(one.path("path").path("device").asText()).isEqualTo("command-1");
          assertThat(one.path("status").asInt()).isEqualTo(422);
        });
  }

  @Test
  void aRuleThatIsThereIsNotMadeAgain() {
    Person admin = pipeline.person("admin");
    String rule =
        "{\"device\":\"command-1\",\"sensor\":\"none\",\"side\":\"ABOVE\",\"threshold\":1}";

    var isNew = Map.of("If-None-Match", "*");

    assertThat(admin.put("/rules/once", rule, isNew).status()).isEqualTo(200);
    assertThat(admin.put("/rules/once", rule, isNew).status()).isEqualTo(412);
    assertThat(admin.get("/rules/once").body().path("sensor").asText()).isEqualTo("none");
    assertThat(admin.delete("/rules/once").status()).isEqualTo(200);
  }

  @Test
  void aProgramThatFailsIsAFailedCommandWithItsReason() {
    String id = sent("command-1", "{\"actuator\": \"broken\", \"value\": 1}");

    JsonNode outcome = settled("command-1", id);

    assertThat(outcome.path("status").asText()).isEqualTo("FAILED");
    assertThat(outcome.path("detail").asText()).contains("exit status 1");
  }

  @Test
  void whatAnActuatorTakesIsKnownBeforeItIsMovedAndTheRestIsRejectedByTheAgent() throws Exception {
    JsonNode dimmer =
        Await.until(
            "what the dimmer takes in the API",
            Duration.ofSeconds(10),
            () -> operator.get("/devices/command-1").body().path("actuators").path("dimmer"),
            found -> found.has("takes"));

    assertThat(dimmer.path("takes"))
        .isEqualTo(
            JSON.readTree(
                """
                {"kind": "NUMBER", "minimum": 0, "maximum": 100, "step": 2.5, "unit": "%"}
                """));
    assertThat(dimmer.has("desired")).as("it was never commanded").isFalse();

    JsonNode refused =
        settled("command-1", sent("command-1", "{\"actuator\": \"dimmer\", \"value\": 101}"));

    assertThat(refused.path("status").asText()).isEqualTo("REJECTED");
    assertThat(refused.path("detail").asText())
        .isEqualTo("'dimmer': a number from 0 to 100 (%) in steps of 2.5 expected, got 101");
  }

  @Test
  void anUnknownActuatorIsRejectedByTheAgentByName() {
    String id = sent("command-1", "{\"actuator\": \"sunroof\", \"value\": 1}");

    JsonNode outcome = settled("command-1", id);

    assertThat(outcome.path("status").asText()).isEqualTo("REJECTED");
    assertThat(outcome.path("detail").asText()).contains("sunroof");
  }

  @Test
  void ofTwoCommandsToAnAbsentAgentTheLaterCountsAndAnOldOneExpires() throws Exception {
    Gateway gateway = pipeline.gateway("command-2");
    known(gateway).close();
    String earlier = sent("command-2", "{\"actuator\": \"lamp\", \"value\": true}");
    String later = sent("command-2", "{\"actuator\": \"lamp\", \"value\": false}");
    JsonNode short1 =
        operator
            .post(
                "/devices/command-2/commands",
                "{\"actuator\": \"broken\", \"value\": 1, \"validForMs\": 1000}")
            .body();
    Await.until(
        "the command is too old",
        Duration.ofSeconds(5),
        System::currentTimeMillis,
        now -> now > short1.path("expiresAtMs").asLong());

    assertThat(settled("command-2", earlier).path("status").asText()).isEqualTo("SUPERSEDED");
    try (Agent back = gateway.agent(ACTUATORS).connected()) {
      assertThat(back.program().runs()).isTrue();
      assertThat(settled("command-2", later).path("status").asText()).isEqualTo("SUCCEEDED");
      assertThat(settled("command-2", short1.path("id").asText()).path("status").asText())
          .isEqualTo("EXPIRED");
    }
  }

  /// One is there and does it, and one is not.
  @Test
  void aCommandToManyIsCarriedOutByWhoIsThere() throws Exception {
    Gateway absent = pipeline.gateway("command-absent");
    known(absent).close();

    Person.Answer sent =
        operator.post(
            "/commands",
            """
            {"devices": ["command-1", "command-absent"], "actuator": "lamp", "value": true}
            """);

    assertThat(sent.status()).as(sent.body().toString()).isEqualTo(202);
    String id = sent.body().path("id").asText();
    assertThat(settled("command-1", id).path("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(operator.get("/commands/" + id).body().at("/counts/succeeded").asInt()).isEqualTo(1);
    JsonNode waiting = operator.get("/commands/" + id + "/devices?status=PENDING").body();
    assertThat(waiting.at("/devices/0/device").asText()).isEqualTo("command-absent");
  }

  /// By EventBridge Scheduler, as its role, over the queue; the device is told like by a person.
  @Test
  void whatIsScheduledIsCommandedAtItsTime() throws Exception {
    String at = LocalDateTime.now(ZoneId.of("Asia/Tokyo")).plusSeconds(5).withNano(0).toString();
    Person.Answer made =
        operator.put(
            "/schedules/evening",
            """
            {"at": "%s", "timeZone": "Asia/Tokyo", "devices": ["command-1"], "actuator": "lamp", "value": false}
            """
                .formatted(at.length() == 16 ? at + ":00" : at));

    assertThat(made.status()).as(made.body().toString()).isEqualTo(200);
    JsonNode run =
        Await.until(
            "the run of the schedule",
            Duration.ofSeconds(30),
            () -> operator.get("/schedules/evening/runs").body().at("/commands/0"),
            one -> !one.isMissingNode());
    assertThat(run.path("by").asText()).isEqualTo("schedule:evening");
    assertThat(settled("command-1", run.path("id").asText()).path("status").asText())
        .isEqualTo("SUCCEEDED");
    assertThat(operator.get("/schedules").body().at("/schedules/0/schedule").asText())
        .isEqualTo("evening");
    assertThat(operator.delete("/schedules/evening").status()).isEqualTo(200);
    assertThat(operator.get("/schedules/evening").status()).isEqualTo(404);
  }

  /// Fleet work: made by the command line, carried out by the agent, and what it says of it.
  @Test
  void aJobIsMadeForADeviceThatCarriesItOut(@TempDir Path folder) throws Exception {
    Path document = folder.resolve("job.json");
    Files.writeString(
        document,
        """
        {"fieldline": {"type": "run", "program": "/bin/echo", "arguments": ["well done"]}}
        """);
    String target = "command-1";

    assertThat(jobs("create", document, "--device", "nobody").output())
        .contains("no device 'nobody' was ever heard or provisioned");
    String job =
        jobs("create", document, "--device", target, "--retries", "1", "--abort", "50:2")
            .output()
            .strip();

    assertThat(job).matches("\\d{15}-[0-9a-f]{8}");
    JsonNode done =
        Await.until(
            "the end of the job " + job,
            Duration.ofSeconds(30),
            () -> operator.get("/jobs/" + job).body(),
            one -> one.path("status").asText().equals("COMPLETED"));
    assertThat(done.at("/counts/succeeded").asInt()).isEqualTo(1);
    assertThat(jobs("device", job, target).output())
        .contains(target + "  SUCCEEDED", "output: well done");
    assertThat(jobs("list").output()).contains(job + "  run  COMPLETED  1 succeeded");
    assertThat(operator.delete("/jobs/" + job).status()).isEqualTo(403);
    assertThat(jobs("delete", job).output()).contains("is forgotten");
    assertThat(operator.get("/jobs/" + job).status()).isEqualTo(404);
  }

  /// As docs/how-to/update-agents.md has it: what the stage's bucket holds is fetched by a device
  /// that has no rights of S3, by an address that AWS IoT puts into its job.
  @Test
  void aDeviceFetchesWhatItsJobBringsFromTheStagesBucket(@TempDir Path folder) throws Exception {
    String bucket = pipeline.output("UpdatesBucket");
    String device = "fetches-1";
    known(pipeline.gateway(device)).close();
    Path document = folder.resolve("job.json");
    Files.writeString(
        document,
        """
        {"fieldline": {"type": "update", "version": "1.1.0", "bytes": 10, "unpackedBytes": 10, "sha256": "-",
          "signature": "-", "url": "${aws:iot:s3-presigned-url:https://s3.us-east-1.amazonaws.com/%s/agent.tar.gz}"}}
        """
            .formatted(bucket));
    try (var s3 = pipeline.aws().client(S3Client.builder().forcePathStyle(true));
        var devices = pipeline.aws().client(IotJobsDataPlaneClient.builder());
        var http = HttpClient.newHttpClient()) {
      s3.putObject(
          put -> put.bucket(bucket).key("agent.tar.gz"), RequestBody.fromString("0123456789"));

      String job = jobs("create", document, "--device", device).output().strip();

      JsonNode told =
          JSON.readTree(
              devices
                  .describeJobExecution(one -> one.jobId("fieldline-dev-" + job).thingName(device))
                  .execution()
                  .jobDocument());
      var address = URI.create(told.at("/fieldline/url").asText());
      var fetched = http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
      assertThat(fetched.body()).isEqualTo("0123456789");
      var bare = URI.create(address.toString().replaceFirst("\\?.*", ""));
      assertThat(
              http.send(HttpRequest.newBuilder(bare).build(), BodyHandlers.discarding())
                  .statusCode())
          .isEqualTo(403);
      jobs("cancel", job);
      jobs("delete", job);
    }
  }

  private Program.Outcome jobs(Object... options) {
    var command = new ArrayList<>(List.of("./fieldline", "jobs"));
    for (Object option : options) {
      command.add(option.toString());
    }
    command.addAll(List.of("--stage", "dev"));
    return Program.run(pipeline.root(), pipeline.environment(), Duration.ofSeconds(60), command);
  }

  @Test
  void aCommandIsFollowedByItsIdThroughTheLogsOfTheFunctions() throws Exception {
    String id = sent("command-1", "{\"actuator\": \"lamp\", \"value\": false}");
    settled("command-1", id);

    try (var logs = pipeline.aws().client(CloudWatchLogsClient.builder())) {
      for (String function : List.of("command", "outcome")) {
        String group = "/fieldline/dev/" + function;
        FilteredLogEvent line =
            Await.until(
                    "a line with " + id + " in " + group,
                    Duration.ofSeconds(10),
                    () ->
                        logs.filterLogEvents(r -> r.logGroupName(group)).events().stream()
                            .filter(event -> event.message().contains(id))
                            .toList(),
                    lines -> !lines.isEmpty())
                .getFirst();
        JsonNode json = JSON.readTree(line.message());
        assertThat(json.path("commandId").asText()).isEqualTo(id);
        assertThat(json.path("level").asText()).isEqualTo("INFO");
        assertThat(json.path("AWSRequestId").asText()).matches("[0-9a-f-]{36}");
        assertThat(logs.filterLogEvents(r -> r.logGroupName(group)).events())
            .extracting(FilteredLogEvent::message)
            .noneMatch(message -> message.contains("not primed"));
      }
    }
  }

  @Test
  void whoMayOnlyLookMayNotSwitch() {
    Person viewer = pipeline.person("viewer");

    var answer = viewer.post("/devices/command-1/commands", "{\"actuator\":\"lamp\",\"value\":1}");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body().toString()).contains("operator");
  }

  @Test
  void aCommandThatMakesNoSenseIsRefusedWithWhatWasExpected() {
    var noValue = operator.post("/devices/command-1/commands", "{\"actuator\": \"lamp\"}");
    assertThat(noValue.status()).isEqualTo(400);
    assertThat(noValue.body().toString()).contains("value: expected true, false, a number");
    var noJson = operator.post("/devices/command-1/commands", "{\"actuator\": ");
    assertThat(noJson.status()).isEqualTo(400);
    var nobody = operator.post("/devices/nobody/commands", "{\"actuator\":\"lamp\",\"value\":1}");
    assertThat(nobody.status()).isEqualTo(404);
    assertThat(nobody.body().toString()).contains("nobody");
  }

  private String sent(String device, String command) {
    var answer = operator.post("/devices/" + device + "/commands", command);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    return answer.body().path("id").asText();
  }

  private JsonNode settled(String device, String id) {
    return operator.command(device, id, one -> !OPEN.contains(one.path("status").asText()));
  }

  private JsonNode shadow(String thing, String name) throws IOException {
    return new ObjectMapper()
        .readTree(
            pipeline
                .aws()
                .iotData()
                .getThingShadow(get -> get.thingName(thing).shadowName(name))
                .payload()
                .asByteArray());
  }
}
