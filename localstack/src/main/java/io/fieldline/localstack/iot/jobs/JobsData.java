// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iotjobsdataplane.model.DescribeJobExecutionRequest;
import software.amazon.awssdk.services.iotjobsdataplane.model.DescribeJobExecutionResponse;
import software.amazon.awssdk.services.iotjobsdataplane.model.GetPendingJobExecutionsRequest;
import software.amazon.awssdk.services.iotjobsdataplane.model.GetPendingJobExecutionsResponse;
import software.amazon.awssdk.services.iotjobsdataplane.model.JobExecution;
import software.amazon.awssdk.services.iotjobsdataplane.model.JobExecutionSummary;
import software.amazon.awssdk.services.iotjobsdataplane.model.StartNextPendingJobExecutionRequest;
import software.amazon.awssdk.services.iotjobsdataplane.model.StartNextPendingJobExecutionResponse;
import software.amazon.awssdk.services.iotjobsdataplane.model.UpdateJobExecutionRequest;
import software.amazon.awssdk.services.iotjobsdataplane.model.UpdateJobExecutionResponse;

/// What devices ask over HTTPS.
///
/// Source: AWS IoT Jobs data plane API reference.
final class JobsData {
  private final JobEngine engine;
  private final JobStore store;
  private final UnaryOperator<String> documents;
  private final Function<String, String> thingArn;
  private final StackClock clock;

  /// @param documents of a job's id, as a device gets it
  JobsData(
      JobEngine engine,
      JobStore store,
      UnaryOperator<String> documents,
      Function<String, String> thingArn,
      StackClock clock) {
    this.engine = engine;
    this.store = store;
    this.documents = documents;
    this.thingArn = thingArn;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(GetPendingJobExecutionsRequest.class, r -> asAws(() -> pending(r)))
        .resource(r -> thingArn.apply(r.thingName()));
    api.on(StartNextPendingJobExecutionRequest.class, r -> asAws(() -> startNext(r)))
        .resource(r -> thingArn.apply(r.thingName()));
    api.on(DescribeJobExecutionRequest.class, r -> asAws(() -> describe(r)))
        .resource(r -> thingArn.apply(r.thingName()));
    api.on(UpdateJobExecutionRequest.class, r -> asAws(() -> update(r)))
        .resource(r -> thingArn.apply(r.thingName()));
  }

  private static <T> T asAws(Supplier<T> work) {
    try {
      return work.get();
    } catch (JobFailure e) {
      throw e.asAws();
    }
  }

  private GetPendingJobExecutionsResponse pending(GetPendingJobExecutionsRequest request) {
    List<Execution> pending = engine.pending(request.thingName());
    return GetPendingJobExecutionsResponse.builder()
        .inProgressJobs(
            pending.stream().filter(Execution::isInProgress).map(JobsData::summary).toList())
        .queuedJobs(pending.stream().filter(e -> !e.isInProgress()).map(JobsData::summary).toList())
        .build();
  }

  private static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }

  private static JobExecutionSummary summary(Execution e) {
    return JobExecutionSummary.builder()
        .jobId(e.jobId())
        .queuedAt(seconds(e.queuedAt()))
        .startedAt(seconds(e.startedAt()))
        .lastUpdatedAt(seconds(e.lastUpdatedAt()))
        .versionNumber(e.version())
        .executionNumber(e.number())
        .build();
  }

  private JobExecution execution(Execution e, boolean withDocument) {
    return JobExecution.builder()
        .jobId(e.jobId())
        .thingName(e.thing())
        .status(e.status())
        .statusDetails(e.details())
        .queuedAt(seconds(e.queuedAt()))
        .startedAt(seconds(e.startedAt()))
        .lastUpdatedAt(seconds(e.lastUpdatedAt()))
        .approximateSecondsBeforeTimedOut(
            store.deadline(e).map(at -> DeviceJson.seconds(at, clock.instant())).orElse(null))
        .versionNumber(e.version())
        .executionNumber(e.number())
        .jobDocument(withDocument ? documents.apply(e.jobId()) : null)
        .build();
  }

  private StartNextPendingJobExecutionResponse startNext(
      StartNextPendingJobExecutionRequest request) {
    Optional<Execution> started =
        engine.startNext(
            request.thingName(),
            request.hasStatusDetails() ? request.statusDetails() : null,
            request.stepTimeoutInMinutes());
    return StartNextPendingJobExecutionResponse.builder()
        .execution(started.map(e -> execution(e, true)).orElse(null))
        .build();
  }

  private DescribeJobExecutionResponse describe(DescribeJobExecutionRequest request) {
    Optional<Execution> found =
        engine.describe(request.thingName(), request.jobId(), request.executionNumber());
    boolean withDocument = !Boolean.FALSE.equals(request.includeJobDocument());
    return DescribeJobExecutionResponse.builder()
        .execution(found.map(e -> execution(e, withDocument)).orElse(null))
        .build();
  }

  private UpdateJobExecutionResponse update(UpdateJobExecutionRequest request) {
    Execution updated =
        engine.update(
            request.thingName(),
            request.jobId(),
            new JobEngine.Update(
                request.statusAsString(),
                request.hasStatusDetails() ? request.statusDetails() : null,
                request.expectedVersion(),
                request.executionNumber(),
                request.stepTimeoutInMinutes()));
    var response = UpdateJobExecutionResponse.builder();
    if (Boolean.TRUE.equals(request.includeJobExecutionState())) {
      response.executionState(s ->
          s.status(updated.status())
              .statusDetails(updated.details())
              .versionNumber(updated.version()));
    }
    if (Boolean.TRUE.equals(request.includeJobDocument())) {
      response.jobDocument(documents.apply(updated.jobId()));
    }
    return response.build();
  }
}
