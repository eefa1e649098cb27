// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.tables.Attributes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iot.model.Job;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionSummary;
import software.amazon.awssdk.services.iot.model.JobProcessDetails;

/// Jobs and their executions as the API tells them.
final class JobJson {
  private JobJson() {}

  /// What was asked.
  static Map<String, Object> asked(Map<String, AttributeValue> item) {
    var json = new LinkedHashMap<String, Object>();
    json.put("job", Attributes.text(item, "sk").orElse(""));
    json.put("atMs", Attributes.whole(item, "atMs"));
    json.put("by", Attributes.text(item, "by").orElse(""));
    json.put("type", Attributes.text(item, "type").orElse(""));
    Attributes.text(item, "description").ifPresent(text -> json.put("description", text));
    json.put("devices", texts(item, "devices"));
    json.put("groups", texts(item, "groups"));
    json.put(
        "continuous",
        Boolean.TRUE.equals(attribute(item, "continuous").map(AttributeValue::bool).orElse(false)));
    return json;
  }

  private static Optional<AttributeValue> attribute(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name));
  }

  private static List<String> texts(Map<String, AttributeValue> item, String name) {
    return attribute(item, name)
        .map(list -> list.l().stream().map(AttributeValue::s).toList())
        .orElse(List.of());
  }

  /// How it ended, if that is known already.
  static Optional<Map<String, Object>> ended(Map<String, AttributeValue> item) {
    return Attributes.text(item, "status")
        .map(status -> {
          var json = new LinkedHashMap<String, Object>();
          json.put("status", status);
          var counts = new LinkedHashMap<String, Object>();
          attribute(item, "counts")
              .map(AttributeValue::m)
              .orElse(Map.of())
              .forEach((name, count) -> counts.put(name, Long.valueOf(count.n())));
          json.put("counts", counts);
          return json;
        });
  }

  /// How far it is.
  static Map<String, Object> progress(Job job) {
    var json = new LinkedHashMap<String, Object>();
    json.put("status", job.statusAsString());
    json.put("counts", counts(job.jobProcessDetails()));
    put(json, "completedMs", job.completedAt());
    put(json, "reasonCode", job.reasonCode());
    put(json, "comment", job.comment());
    return json;
  }

  static Map<String, Integer> counts(JobProcessDetails details) {
    var counts = new LinkedHashMap<String, Integer>();
    counts.put("queued", zero(details.numberOfQueuedThings()));
    counts.put("inProgress", zero(details.numberOfInProgressThings()));
    counts.put("succeeded", zero(details.numberOfSucceededThings()));
    counts.put("failed", zero(details.numberOfFailedThings()));
    counts.put("timedOut", zero(details.numberOfTimedOutThings()));
    counts.put("rejected", zero(details.numberOfRejectedThings()));
    counts.put("canceled", zero(details.numberOfCanceledThings()));
    counts.put("removed", zero(details.numberOfRemovedThings()));
    return counts;
  }

  private static int zero(@Nullable Integer count) {
    return Objects.requireNonNullElse(count, 0);
  }

  /// What is going on with one device, without what the device says of it.
  static Map<String, Object> summary(JobExecutionSummary execution) {
    var json = new LinkedHashMap<String, Object>();
    json.put("status", execution.statusAsString());
    put(json, "queuedMs", execution.queuedAt());
    put(json, "startedMs", execution.startedAt());
    put(json, "updatedMs", execution.lastUpdatedAt());
    json.put("execution", Objects.requireNonNullElse(execution.executionNumber(), 1L));
    return json;
  }

  static Map<String, Object> execution(JobExecution execution) {
    var json = new LinkedHashMap<String, Object>();
    json.put("device", JobNames.thing(execution.thingArn()));
    json.put("status", execution.statusAsString());
    put(json, "queuedMs", execution.queuedAt());
    put(json, "startedMs", execution.startedAt());
    put(json, "updatedMs", execution.lastUpdatedAt());
    json.put("execution", Objects.requireNonNullElse(execution.executionNumber(), 1L));
    var details = execution.statusDetails();
    json.put("details", details == null ? Map.of() : details.detailsMap());
    put(json, "secondsLeft", execution.approximateSecondsBeforeTimedOut());
    return json;
  }

  private static void put(Map<String, Object> json, String name, @Nullable Object value) {
    if (value instanceof Instant at) {
      json.put(name, at.toEpochMilli());
    } else if (value != null) {
      json.put(name, value);
    }
  }
}
