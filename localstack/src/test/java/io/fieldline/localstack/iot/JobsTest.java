// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.iot.IotBench.Identity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.iot.model.AbortCriteria;
import software.amazon.awssdk.services.iot.model.CreateJobRequest;
import software.amazon.awssdk.services.iot.model.InvalidRequestException;
import software.amazon.awssdk.services.iot.model.InvalidStateTransitionException;
import software.amazon.awssdk.services.iot.model.Job;
import software.amazon.awssdk.services.iot.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iot.model.RetryCriteria;
import software.amazon.awssdk.services.iot.model.VersionConflictException;
import software.amazon.awssdk.services.iotjobsdataplane.IotJobsDataPlaneClient;
import software.amazon.awssdk.services.iotjobsdataplane.model.JobExecutionStatus;
import software.amazon.awssdk.services.iotjobsdataplane.model.TerminalStateException;
import software.amazon.awssdk.services.s3.S3Client;

/// Jobs as operators make them and as devices carry them out, over MQTT and over HTTPS.
final class JobsTest {
  private static final String DEVICE =
      """
      {"Effect":"Allow","Action":"iot:Connect","Resource":"*"},
      {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":
        "arn:aws:iot:us-east-1:000000000000:topic/$aws/things/${iot:ClientId}/jobs/*"},
      {"Effect":"Allow","Action":"iot:Subscribe","Resource":
        "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/things/${iot:ClientId}/jobs/*"}
      """;
  private static final String DOCUMENT = "{\"operation\":\"reboot\"}";

  private static IotBench bench;
  private static IotJobsDataPlaneClient data;
  private static Identity identity;

  @BeforeAll
  static void start() {
    bench = new IotBench();
    data = bench.client(IotJobsDataPlaneClient.builder());
    identity = bench.identity(DEVICE);
  }

  @AfterAll
  static void stop() {
    data.close();
    bench.close();
  }

  private static String thing() {
    String thing = "pump-" + UUID.randomUUID();
    bench.iot.createThing(t -> t.thingName(thing));
    return thing;
  }

  private static String arn(String resource) {
    return "arn:aws:iot:us-east-1:000000000000:" + resource;
  }

  private static String job(String thing, Consumer<CreateJobRequest.Builder> how) {
    String id = "job-" + UUID.randomUUID();
    bench.iot.createJob(j -> {
      j.jobId(id).targets(arn("thing/" + thing)).document(DOCUMENT);
      how.accept(j);
    });
    return id;
  }

  private static String job(String thing) {
    return job(thing, _ -> {});
  }

  private static Job described(String id) {
    return bench.iot.describeJob(j -> j.jobId(id)).job();
  }

  private static String topic(String thing, String rest) {
    return "$aws/things/" + thing + "/jobs/" + rest;
  }

  private static JsonNode ask(
      MqttSocket mqtt, String thing, String operation, String payload, String answer)
      throws IOException {
    mqtt.publish(topic(thing, operation), payload, 1);
    return IotBench.receive(mqtt, topic(thing, operation + "/" + answer));
  }

  private static MqttSocket device(String thing) throws Exception {
    return bench.connect(identity, thing);
  }

  @Test
  void aDeviceIsToldStartsReportsAndIsDone() throws Exception {
    String thing = thing();
    try (MqttSocket mqtt = device(thing)) {
      mqtt.subscribe(topic(thing, "notify"), 1);
      mqtt.subscribe(topic(thing, "notify-next"), 1);

      String id = job(thing, j -> j.description("first"));

      JsonNode list = IotBench.receive(mqtt, "/notify");
      assertThat(list.at("/jobs/QUEUED/0/jobId").asText()).isEqualTo(id);
      assertThat(list.at("/jobs/QUEUED/0/versionNumber").asInt()).isEqualTo(1);
      JsonNode next = IotBench.receive(mqtt, "/notify-next");
      assertThat(next.at("/execution/status").asText()).isEqualTo("QUEUED");
      assertThat(next.at("/execution/jobDocument/operation").asText()).isEqualTo("reboot");

      // Not subscribed to, and yet told, as on AWS.
      JsonNode started =
          ask(
              mqtt,
              thing,
              "start-next",
              "{\"statusDetails\":{\"step\":\"load\"},\"clientToken\":\"t1\"}",
              "accepted");
      assertThat(started.at("/clientToken").asText()).isEqualTo("t1");
      assertThat(started.at("/execution/status").asText()).isEqualTo("IN_PROGRESS");
      assertThat(started.at("/execution/statusDetails/step").asText()).isEqualTo("load");
      assertThat(started.at("/execution/versionNumber").asInt()).isEqualTo(2);
      assertThat(started.at("/execution/jobDocument/operation").asText()).isEqualTo("reboot");

      mqtt.publish(
          topic(thing, id + "/update"),
          "{\"status\":\"SUCCEEDED\",\"expectedVersion\":\"2\",\"includeJobExecutionState\":true}",
          1);

      assertThat(IotBench.receive(mqtt, "/notify").path("jobs")).isEmpty();
      assertThat(IotBench.receive(mqtt, "/notify-next").has("execution")).isFalse();
      JsonNode done = IotBench.receive(mqtt, id + "/update/accepted");
      assertThat(done.at("/executionState/status").asText()).isEqualTo("SUCCEEDED");
      assertThat(described(id).statusAsString()).isEqualTo("COMPLETED");
      assertThat(described(id).jobProcessDetails().numberOfSucceededThings()).isEqualTo(1);
    }
  }

  @Test
  void theHeadOfTheListIsToldAsItChanges() throws Exception {
    String thing = thing();
    String first = job(thing);
    String second = job(thing);
    try (MqttSocket mqtt = device(thing)) {
      mqtt.subscribe(topic(thing, "notify-next"), 1);
      JsonNode pending = ask(mqtt, thing, "get", "{}", "accepted");
      assertThat(pending.path("queuedJobs").findValuesAsText("jobId"))
          .containsExactly(first, second);

      // The second begins before the first, and so is the next one.
      data.updateJobExecution(
          u -> u.thingName(thing).jobId(second).status(JobExecutionStatus.IN_PROGRESS));
      assertThat(IotBench.receive(mqtt, "/notify-next").at("/execution/jobId").asText())
          .isEqualTo(second);
      data.updateJobExecution(
          u -> u.thingName(thing).jobId(second).status(JobExecutionStatus.REJECTED));
      assertThat(IotBench.receive(mqtt, "/notify-next").at("/execution/jobId").asText())
          .isEqualTo(first);
      bench.iot.deleteJob(j -> j.jobId(first).force(true));
      JsonNode none = IotBench.receive(mqtt, "/notify-next");
      assertThat(none.has("execution")).isFalse();
      assertThat(ask(mqtt, thing, "$next/get", "", "accepted").has("execution")).isFalse();
    }
  }

  @Test
  void whatIsWrongIsRejectedWithAwsCodes() throws Exception {
    String thing = thing();
    String id = job(thing);
    try (MqttSocket mqtt = device(thing)) {
      assertThat(code(mqtt, thing, "get", "[")).isEqualTo("InvalidJson");
      assertThat(code(mqtt, thing, "none/get", "{}")).isEqualTo("ResourceNotFound");
      assertThat(code(mqtt, thing, id + "/update", "{}")).isEqualTo("InvalidRequest");
      assertThat(code(mqtt, thing, id + "/update", "{\"status\":\"QUEUED\"}"))
          .isEqualTo("InvalidRequest");
      String long1 = "x".repeat(1025);
      assertThat(
              code(
                  mqtt,
                  thing,
                  id + "/update",
                  "{\"status\":\"FAILED\",\"statusDetails\":{\"a\":\"" + long1 + "\"}}"))
          .isEqualTo("InvalidRequest");
      JsonNode stale =
          ask(
              mqtt,
              thing,
              id + "/update",
              "{\"status\":\"IN_PROGRESS\",\"expectedVersion\":9,\"clientToken\":\"c\"}",
              "rejected");
      assertThat(stale.path("code").asText()).isEqualTo("VersionMismatch");
      assertThat(stale.path("clientToken").asText()).isEqualTo("c");
      assertThat(stale.at("/executionState/versionNumber").asInt()).isEqualTo(1);
      ask(mqtt, thing, id + "/update", "{\"status\":\"FAILED\"}", "accepted");
      JsonNode late = ask(mqtt, thing, id + "/update", "{\"status\":\"IN_PROGRESS\"}", "rejected");
      assertThat(late.path("code").asText()).isEqualTo("InvalidStateTransition");
      assertThat(late.at("/executionState/status").asText()).isEqualTo("FAILED");
      assertThat(code(mqtt, thing, id + "/get", "{}")).isEqualTo("TerminalStateReached");
      // A thing that is not the client's own, which the policy does not allow.
      assertThat(mqtt.publish(topic("other", "get"), "{}", 1)).isEqualTo(0x87);
    }
  }

  private static String code(MqttSocket mqtt, String thing, String operation, String payload)
      throws IOException {
    return ask(mqtt, thing, operation, payload, "rejected").path("code").asText();
  }

  @Test
  void theSameIsOfferedOverHttps() {
    String thing = thing();
    String id = job(thing);

    assertThat(
            data.getPendingJobExecutions(g -> g.thingName(thing)).queuedJobs().getFirst().jobId())
        .isEqualTo(id);
    var started =
        data.startNextPendingJobExecution(s -> s.thingName(thing).stepTimeoutInMinutes(5L))
            .execution();
    assertThat(started.status()).isEqualTo(JobExecutionStatus.IN_PROGRESS);
    assertThat(started.jobDocument()).isEqualTo(DOCUMENT);
    assertThat(started.approximateSecondsBeforeTimedOut()).isBetween(290L, 300L);
    assertThat(
            data.describeJobExecution(d -> d.thingName(thing).jobId("$next")).execution().jobId())
        .isEqualTo(id);
    assertThatThrownBy(() ->
            data.updateJobExecution(
                u -> u.thingName(thing).jobId(id).status("SUCCEEDED").expectedVersion(7L)))
        .hasMessageContaining("Expected version 7, but it is 2");
    data.updateJobExecution(u -> u.thingName(thing).jobId(id).status("SUCCEEDED"));
    assertThatThrownBy(() -> data.describeJobExecution(d -> d.thingName(thing).jobId(id)))
        .isInstanceOf(TerminalStateException.class);
    var seen = bench.iot.describeJobExecution(d -> d.thingName(thing).jobId(id)).execution();
    assertThat(seen.statusAsString()).isEqualTo("SUCCEEDED");
    assertThat(seen.versionNumber()).isEqualTo(3);
  }

  @Test
  void aPresignedUrlDownloadsTheWholeAndAPart() throws Exception {
    String role =
        bench.role(
            "jobs",
            "iot.amazonaws.com",
            """
            {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::images/*"}\
            """);
    try (var s3 = bench.client(S3Client.builder().forcePathStyle(true))) {
      s3.createBucket(b -> b.bucket("images"));
      s3.putObject(
          o -> o.bucket("images").key("v2/agent.bin"), RequestBody.fromString("0123456789"));
      s3.putObject(
          o -> o.bucket("images").key("job.json"),
          RequestBody.fromString(
              "{\"url\":\"${aws:iot:s3-presigned-url:"
                  + "https://s3.us-east-1.amazonaws.com/images/v2/agent.bin}\"}"));
    }
    String thing = thing();
    String source = "https://images.s3.us-east-1.amazonaws.com/job.json";
    assertThatThrownBy(() -> job(thing, j -> j.document(null).documentSource(source)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("presignedUrlConfig.roleArn");
    String id =
        job(
            thing,
            j -> j.document(null).documentSource(source).presignedUrlConfig(p -> p.roleArn(role)));

    String document =
        data.describeJobExecution(d -> d.thingName(thing).jobId(id)).execution().jobDocument();

    var url = URI.create(IotBench.JSON.readTree(document).path("url").asText());
    try (var http = HttpClient.newHttpClient()) {
      var whole = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
      assertThat(whole.body()).isEqualTo("0123456789");
      var part =
          http.send(
              HttpRequest.newBuilder(url).header("Range", "bytes=4-6").build(),
              BodyHandlers.ofString());
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.body()).isEqualTo("456");
      var forged = URI.create(url.toString().replace("agent.bin", "agent.txt"));
      assertThat(
              http.send(HttpRequest.newBuilder(forged).build(), BodyHandlers.discarding())
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(bench.iot.getJobDocument(j -> j.jobId(id)).document())
        .contains("${aws:iot:s3-presigned-url:");
  }

  @Test
  void cancelAndDeleteAskForForceWhereADeviceIsAtWork() {
    String thing = thing();
    String other = thing();
    String id = job(thing, j -> j.targets(arn("thing/" + thing), arn("thing/" + other)));
    data.startNextPendingJobExecution(s -> s.thingName(thing));
    assertThatThrownBy(() -> bench.iot.cancelJobExecution(c -> c.jobId(id).thingName(thing)))
        .isInstanceOf(InvalidStateTransitionException.class);
    assertThatThrownBy(() ->
            bench.iot.cancelJobExecution(
                c -> c.jobId(id).thingName(thing).force(true).expectedVersion(9L)))
        .isInstanceOf(VersionConflictException.class);
    assertThatThrownBy(() -> bench.iot.deleteJob(j -> j.jobId(id)))
        .isInstanceOf(InvalidStateTransitionException.class);

    bench.iot.cancelJob(j -> j.jobId(id).reasonCode("WRONG_IMAGE").comment("not this one"));

    assertThat(described(id).statusAsString()).isEqualTo("CANCELED");
    assertThat(described(id).reasonCode()).isEqualTo("WRONG_IMAGE");
    var counts = described(id).jobProcessDetails();
    assertThat(counts.numberOfCanceledThings()).isEqualTo(1);
    assertThat(counts.numberOfInProgressThings()).isEqualTo(1);
    // The one at work may still report.
    data.updateJobExecution(u -> u.thingName(thing).jobId(id).status("SUCCEEDED"));
    bench.iot.deleteJobExecution(e -> e.jobId(id).thingName(other).executionNumber(1L));
    assertThat(bench.iot.listJobExecutionsForJob(l -> l.jobId(id)).executionSummaries()).hasSize(1);
    bench.iot.deleteJob(j -> j.jobId(id));
    assertThatThrownBy(() -> described(id)).isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aJobThatCannotBeIsRefused() {
    String thing = thing();
    String id = job(thing);
    assertThatThrownBy(() -> job(thing, j -> j.jobId(id)))
        .isInstanceOf(ResourceAlreadyExistsException.class);
    assertThatThrownBy(() -> job(thing, j -> j.targets(arn("thing/nobody"))))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> job(thing, j -> j.document(null)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("either document or documentSource");
    assertThatThrownBy(
            () -> job(thing, j -> j.schedulingConfig(s -> s.startTime("2030-01-01 10:00"))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("schedulingConfig is not supported by this local stack");
    assertThatThrownBy(
            () -> job(thing, j -> j.timeoutConfig(t -> t.inProgressTimeoutInMinutes(10_081L))))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void aJobInProgressCanBeChangedAndIsFound() {
    String thing = thing();
    String id = job(thing, j -> j.timeoutConfig(t -> t.inProgressTimeoutInMinutes(60L)));
    data.startNextPendingJobExecution(s -> s.thingName(thing));

    bench.iot.updateJob(j ->
        j.jobId(id).description("shorter").timeoutConfig(t -> t.inProgressTimeoutInMinutes(5L)));

    assertThat(described(id).description()).isEqualTo("shorter");
    assertThat(
            bench
                .iot
                .describeJobExecution(d -> d.thingName(thing).jobId(id))
                .execution()
                .approximateSecondsBeforeTimedOut())
        .isBetween(280L, 300L);
    var first = bench.iot.listJobs(l -> l.status("IN_PROGRESS").maxResults(1));
    assertThat(first.jobs()).hasSize(1);
    assertThat(first.jobs().getFirst().jobId()).isEqualTo(id);
    assertThat(bench.iot.listJobs(l -> l.status("CANCELED").targetSelection("CONTINUOUS")).jobs())
        .isEmpty();
  }

  @Test
  void aContinuousJobFollowsItsGroup() {
    String group = "g-" + UUID.randomUUID();
    String child = "c-" + UUID.randomUUID();
    bench.iot.createThingGroup(g -> g.thingGroupName(group));
    bench.iot.createThingGroup(g -> g.thingGroupName(child).parentGroupName(group));
    String early = thing();
    bench.iot.addThingToThingGroup(a -> a.thingName(early).thingGroupName(child));
    String id =
        job(early, j -> j.targets(arn("thinggroup/" + group)).targetSelection("CONTINUOUS"));
    data.updateJobExecution(u -> u.thingName(early).jobId(id).status("SUCCEEDED"));
    assertThat(described(id).statusAsString()).isEqualTo("IN_PROGRESS");

    String late = thing();
    bench.iot.addThingToThingGroup(a -> a.thingName(late).thingGroupName(group));
    assertThat(data.getPendingJobExecutions(g -> g.thingName(late)).queuedJobs()).hasSize(1);
    bench.iot.removeThingFromThingGroup(r -> r.thingName(late).thingGroupName(group));

    assertThat(data.getPendingJobExecutions(g -> g.thingName(late)).queuedJobs()).isEmpty();
    assertThat(described(id).jobProcessDetails().numberOfRemovedThings()).isEqualTo(1);
    String more = "m-" + UUID.randomUUID();
    bench.iot.createThingGroup(g -> g.thingGroupName(more));
    bench.iot.addThingToThingGroup(a -> a.thingName(late).thingGroupName(more));
    bench.iot.associateTargetsWithJob(a -> a.jobId(id).targets(arn("thinggroup/" + more)));
    assertThat(data.getPendingJobExecutions(g -> g.thingName(late)).queuedJobs().getFirst())
        .satisfies(e -> assertThat(e.executionNumber()).isEqualTo(2));
    assertThat(bench.iot.listJobs(l -> l.thingGroupName(more)).jobs()).hasSize(1);
  }

  @Test
  void aThingThatIsNoMoreHoldsNoJobUp() {
    String gone = thing();
    String id = job(gone);

    bench.iot.deleteThing(t -> t.thingName(gone));

    assertThat(described(id).statusAsString()).isEqualTo("COMPLETED");
    assertThat(described(id).jobProcessDetails().numberOfRemovedThings()).isEqualTo(1);
  }

  @Test
  void failuresBeyondTheThresholdAbortTheJob() {
    String first = thing();
    String second = thing();
    String third = thing();
    String id =
        job(
            first,
            j ->
                j.targets(arn("thing/" + first), arn("thing/" + second), arn("thing/" + third))
                    .abortConfig(a ->
                        a.criteriaList(
                            AbortCriteria.builder()
                                .failureType("FAILED")
                                .action("CANCEL")
                                .thresholdPercentage(60.0)
                                .minNumberOfExecutedThings(2)
                                .build())));
    data.updateJobExecution(u -> u.thingName(first).jobId(id).status("FAILED"));
    assertThat(described(id).statusAsString()).isEqualTo("IN_PROGRESS");

    data.updateJobExecution(u -> u.thingName(second).jobId(id).status("FAILED"));

    assertThat(described(id).statusAsString()).isEqualTo("CANCELED");
    assertThat(described(id).jobProcessDetails().numberOfCanceledThings()).isEqualTo(1);
  }

  @Test
  void aFailedTryIsRetriedAsOftenAsItMay() {
    String thing = thing();
    String id =
        job(
            thing,
            j ->
                j.jobExecutionsRetryConfig(r ->
                    r.criteriaList(
                        RetryCriteria.builder().failureType("FAILED").numberOfRetries(1).build())));
    data.updateJobExecution(
        u -> u.thingName(thing).jobId(id).status("FAILED").statusDetails(Map.of("why", "flash")));

    var queued = data.getPendingJobExecutions(g -> g.thingName(thing)).queuedJobs();
    assertThat(queued.getFirst().executionNumber()).isEqualTo(2);
    assertThat(described(id).statusAsString()).isEqualTo("IN_PROGRESS");
    data.updateJobExecution(u -> u.thingName(thing).jobId(id).status("FAILED"));

    assertThat(described(id).statusAsString()).isEqualTo("COMPLETED");
    var tries = bench.iot.listJobExecutionsForThing(l -> l.thingName(thing)).executionSummaries();
    assertThat(tries).hasSize(2);
    assertThat(
            bench
                .iot
                .describeJobExecution(d -> d.thingName(thing).jobId(id).executionNumber(1L))
                .execution()
                .statusDetails()
                .detailsMap())
        .isEqualTo(Map.of("why", "flash"));
  }

  @Test
  void eventsAreToldWhereTheyAreSwitchedOn() throws Exception {
    Identity watcher =
        bench.identity(IotBench.allow("iot:Connect", "iot:Subscribe", "iot:Receive"));
    assertThatThrownBy(() ->
            bench.iot.updateEventConfigurations(
                e -> e.eventConfigurationsWithStrings(Map.of("THING", on()))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("publishes no events of THING");
    bench.iot.updateEventConfigurations(
        e -> e.eventConfigurationsWithStrings(Map.of("JOB", on(), "JOB_EXECUTION", on())));
    String thing = thing();
    String id = job(thing);
    try (MqttSocket mqtt = bench.connect(watcher, "watcher-" + id)) {
      mqtt.subscribe("$aws/events/job/" + id + "/#", 1);
      mqtt.subscribe("$aws/events/jobExecution/" + id + "/#", 1);

      data.updateJobExecution(u -> u.thingName(thing).jobId(id).status("SUCCEEDED"));

      JsonNode execution = IotBench.receive(mqtt, "/jobExecution/" + id + "/succeeded");
      assertThat(execution.path("thingArn").asText()).isEqualTo(arn("thing/" + thing));
      assertThat(execution.path("status").asText()).isEqualTo("SUCCEEDED");
      JsonNode completed = IotBench.receive(mqtt, "/job/" + id + "/completed");
      assertThat(completed.at("/jobProcessDetails/numberOfSucceededThings").asInt()).isEqualTo(1);
    }
    assertThat(
            bench
                .iot
                .describeEventConfigurations()
                .eventConfigurationsAsStrings()
                .get("JOB")
                .enabled())
        .isTrue();
  }

  private static software.amazon.awssdk.services.iot.model.Configuration on() {
    return software.amazon.awssdk.services.iot.model.Configuration.builder().enabled(true).build();
  }
}
