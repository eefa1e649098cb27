// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.*;

/// The executions of jobs as operators see them.
///
/// Source: AWS IoT API reference, the operations of these names. Assumed: texts of errors; a
/// thing's list begins with what is newest.
final class Executions {
  private final JobStore store;
  private final JobEngine engine;
  private final JobTargets targets;
  private final StackInfo info;
  private final StackClock clock;

  Executions(
      JobStore store, JobEngine engine, JobTargets targets, StackInfo info, StackClock clock) {
    this.store = store;
    this.engine = engine;
    this.targets = targets;
    this.info = info;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(DescribeJobExecutionRequest.class, this::describeExecution)
        .access(r -> onBoth("iot:DescribeJobExecution", r.jobId(), r.thingName()));
    api.on(CancelJobExecutionRequest.class, this::cancelExecution)
        .access(r -> onBoth("iot:CancelJobExecution", r.jobId(), r.thingName()));
    api.on(DeleteJobExecutionRequest.class, this::deleteExecution)
        .access(r -> onBoth("iot:DeleteJobExecution", r.jobId(), r.thingName()));
    api.on(ListJobExecutionsForJobRequest.class, this::listForJob).resource(r -> jobArn(r.jobId()));
    api.on(ListJobExecutionsForThingRequest.class, this::listForThing)
        .resource(r -> targets.thingArn(r.thingName()));
  }

  private String jobArn(String id) {
    return info.arn("iot", "job/" + id);
  }

  private List<Access> onBoth(String action, String jobId, String thing) {
    return List.of(new Access(action, jobArn(jobId)), new Access(action, targets.thingArn(thing)));
  }

  private Execution execution(String jobId, String thing, @Nullable Long number) {
    return store
        .find(jobId, thing, number)
        .orElseThrow(() ->
            AwsFailure.notFound(
                "There is no execution of job " + jobId + " on thing " + thing + "."));
  }

  private DescribeJobExecutionResponse describeExecution(DescribeJobExecutionRequest request) {
    return engine.alone(() -> {
      Execution found = execution(request.jobId(), request.thingName(), request.executionNumber());
      return DescribeJobExecutionResponse.builder()
          .execution(
              JobShapes.execution(
                  found, targets.thingArn(found.thing()), store.deadline(found), clock.instant()))
          .build();
    });
  }

  private CancelJobExecutionResponse cancelExecution(CancelJobExecutionRequest request) {
    Map<String, String> details = request.hasStatusDetails() ? request.statusDetails() : null;
    try {
      StatusDetails.checked(details);
    } catch (JobFailure e) {
      throw e.asAws();
    }
    return engine.alone(() -> {
      Execution found = execution(request.jobId(), request.thingName(), null);
      Long expected = request.expectedVersion();
      if (expected != null && expected != found.version()) {
        throw new AwsFailure(
            "VersionConflictException",
            409,
            "Expected version " + expected + ", but it is " + found.version());
      }
      boolean force = Boolean.TRUE.equals(request.force());
      if (!found.isPending() || (found.isInProgress() && !force)) {
        throw Jobs.transition(
            "An execution that is "
                + found.status()
                + " cannot be canceled"
                + (found.isInProgress() ? " without force" : ""));
      }
      engine.cancelExecution(found, force, details);
      return CancelJobExecutionResponse.builder().build();
    });
  }

  private DeleteJobExecutionResponse deleteExecution(DeleteJobExecutionRequest request) {
    Jobs.refuse("namespaceId", request.namespaceId());
    return engine.alone(() -> {
      Execution found = execution(request.jobId(), request.thingName(), request.executionNumber());
      if (found.isPending() && !Boolean.TRUE.equals(request.force())) {
        throw Jobs.transition(
            "An execution that is " + found.status() + " can be deleted only with force");
      }
      engine.deleteExecution(found);
      return DeleteJobExecutionResponse.builder().build();
    });
  }

  private ListJobExecutionsForJobResponse listForJob(ListJobExecutionsForJobRequest request) {
    if (store.job(request.jobId()).isEmpty()) {
      throw AwsFailure.notFound("The job " + request.jobId() + " does not exist.");
    }
    List<Execution> selected =
        store.ofJob(request.jobId()).stream()
            .filter(e ->
                request.statusAsString() == null || request.statusAsString().equals(e.status()))
            .toList();
    var part =
        Part.of(
            selected, e -> e.thing() + " " + e.number(), request.maxResults(), request.nextToken());
    return ListJobExecutionsForJobResponse.builder()
        .executionSummaries(
            part.items().stream()
                .map(e ->
                    JobExecutionSummaryForJob.builder()
                        .thingArn(targets.thingArn(e.thing()))
                        .jobExecutionSummary(JobShapes.summary(e))
                        .build())
                .toList())
        .nextToken(part.next())
        .build();
  }

  private ListJobExecutionsForThingResponse listForThing(ListJobExecutionsForThingRequest request) {
    Jobs.refuse("namespaceId", request.namespaceId());
    if (!targets.thingExists(request.thingName())) {
      throw AwsFailure.notFound("Thing " + request.thingName() + " not found.");
    }
    List<Execution> selected =
        store.ofThing(request.thingName()).stream()
            .filter(e ->
                request.statusAsString() == null || request.statusAsString().equals(e.status()))
            .filter(e -> request.jobId() == null || request.jobId().equals(e.jobId()))
            .sorted(Comparator.comparing(Execution::place).reversed())
            .toList();
    var part =
        Part.of(
            selected, e -> e.jobId() + " " + e.number(), request.maxResults(), request.nextToken());
    return ListJobExecutionsForThingResponse.builder()
        .executionSummaries(
            part.items().stream()
                .map(e ->
                    JobExecutionSummaryForThing.builder()
                        .jobId(e.jobId())
                        .jobExecutionSummary(JobShapes.summary(e))
                        .build())
                .toList())
        .nextToken(part.next())
        .build();
  }
}
