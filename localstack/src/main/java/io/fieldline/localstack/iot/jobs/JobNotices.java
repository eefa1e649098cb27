// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.StackClock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// What is told about jobs over MQTT: to things, when their list of pending executions or its head
/// changes, and to whoever watches, where events are switched on.
///
/// Source: AWS IoT Core Developer Guide, "Jobs notifications", "Jobs events".
final class JobNotices {
  private static final System.Logger LOG = System.getLogger(JobNotices.class.getName());
  private static final int MOST_LISTED = 10;

  private final BiConsumer<String, byte[]> publish;
  private final EventConfigurations events;
  private final StackClock clock;
  private final Function<String, String> thingArn;

  JobNotices(
      BiConsumer<String, byte[]> publish,
      EventConfigurations events,
      StackClock clock,
      Function<String, String> thingArn) {
    this.publish = publish;
    this.events = events;
    this.clock = clock;
    this.thingArn = thingArn;
  }

  /// An execution as it is told, whatever its version.
  private record Identity(String jobId, long number) {
    static Identity of(Execution e) {
      return new Identity(e.jobId(), e.number());
    }
  }

  /// Tells a thing what has changed for it, if anything has.
  ///
  /// @param document of an execution, as the device gets it
  void pendingChanged(
      String thing,
      List<Execution> before,
      List<Execution> after,
      Function<Execution, String> document) {
    var was = before.stream().map(Identity::of).toList();
    var is = after.stream().map(Identity::of).toList();
    if (!(was.containsAll(is) && is.containsAll(was))) {
      send("$aws/things/" + thing + "/jobs/notify", list(after));
    }
    if (!was.stream().findFirst().equals(is.stream().findFirst())) {
      ObjectNode next = stamped();
      if (!after.isEmpty()) {
        next.set("execution", next(after.getFirst(), document));
      }
      send("$aws/things/" + thing + "/jobs/notify-next", next);
    }
  }

  private ObjectNode next(Execution execution, Function<Execution, String> document) {
    ObjectNode json = DeviceJson.summary(execution);
    json.put("status", execution.status());
    try {
      json.set("jobDocument", DeviceJson.document(document.apply(execution)));
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "notify-next without its document job=" + execution.jobId(),
          e);
    }
    return json;
  }

  private ObjectNode list(List<Execution> pending) {
    ObjectNode told = stamped();
    ObjectNode jobs = told.putObject("jobs");
    for (Execution execution : pending.stream().limit(MOST_LISTED).toList()) {
      jobs.withArrayProperty(execution.status()).add(DeviceJson.summary(execution));
    }
    return told;
  }

  private ObjectNode stamped() {
    return JsonNodeFactory.instance.objectNode().put("timestamp", clock.instant().getEpochSecond());
  }

  /// @param status where it is not that of the job itself
  void job(Job job, String operation, String status, JobCounts counts) {
    if (!events.isOn("JOB")) {
      return;
    }
    ObjectNode event = event("JOB", operation, job.id(), status);
    event.put("targetSelection", job.order().continuous() ? "CONTINUOUS" : "SNAPSHOT");
    ArrayNode targets = event.putArray("targets");
    job.order().targets().forEach(targets::add);
    if (job.order().description() != null) {
      event.put("description", job.order().description());
    }
    if (job.progress().completedAt() != null && operation.equals("completed")) {
      event.put("completedAt", job.progress().completedAt().toEpochMilli());
    }
    event.put("createdAt", job.order().createdAt().toEpochMilli());
    event.put("lastUpdatedAt", job.progress().lastUpdatedAt().toEpochMilli());
    if (job.progress().comment() != null) {
      event.put("comment", job.progress().comment());
    }
    if (operation.equals("completed")) {
      event
          .putObject("jobProcessDetails")
          .put("numberOfCanceledThings", counts.of("CANCELED"))
          .put("numberOfRejectedThings", counts.of("REJECTED"))
          .put("numberOfFailedThings", counts.of("FAILED"))
          .put("numberOfRemovedThings", counts.of("REMOVED"))
          .put("numberOfSucceededThings", counts.of("SUCCEEDED"));
    }
    send("$aws/events/job/" + job.id() + "/" + operation, event);
  }

  void execution(Execution execution, String operation) {
    if (!events.isOn("JOB_EXECUTION")) {
      return;
    }
    String status = operation.toUpperCase(Locale.ROOT);
    ObjectNode event = event("JOB_EXECUTION", operation, execution.jobId(), status);
    event.put("thingArn", thingArn.apply(execution.thing()));
    ObjectNode details = event.putObject("statusDetails");
    execution.details().forEach(details::put);
    send("$aws/events/jobExecution/" + execution.jobId() + "/" + operation, event);
  }

  private ObjectNode event(String type, String operation, String jobId, String status) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("eventType", type)
        .put("eventId", UUID.randomUUID().toString())
        .put("timestamp", clock.instant().getEpochSecond())
        .put("operation", operation)
        .put("jobId", jobId)
        .put("status", status);
  }

  private void send(String topic, ObjectNode json) {
    publish.accept(topic, json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
